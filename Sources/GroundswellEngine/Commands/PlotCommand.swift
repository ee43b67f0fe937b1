import AnomalyDetection
import ArgumentParser

struct PlotCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Draw a series with its band and its anomalies.",
    discussion: "  plot tweets\n  plot tweets --value average --sensitivity 90 --ascii")

  @Argument(help: "A table or view.")
  var name: String

  @OptionGroup
  var options: DetectionOptions

  @Option(help: "In characters; else the terminal's width, or 80.")
  var width: Int?

  @Option(help: "In lines.")
  var height: Int = 16

  @Flag(help: "With plain characters only.")
  var ascii = false

  func validate() throws {
    if let width, !(40...300).contains(width) { throw ValidationError("--width takes 40 to 300") }
    if !(6...100).contains(height) { throw ValidationError("--height takes 6 to 100") }
  }

  func run(in session: Session) async throws -> [Output] {
    let series = try await session.series(name, options)
    guard !series.points.isEmpty else {
      throw Series.Unusable(description: "'\(name)' has no points to draw\nshow \(name) shows its rows")
    }
    var plot = Plot(
      title: "\(name): \(series.valueName)", times: series.points.compactMap(\.timestamp),
      values: series.points.map(\.value))
    var notes = series.notes
    do {
      let verdicts = try Verdicts(entire: series, options: options)
      plot.band = zip(verdicts.lower, verdicts.upper).map { Plot.Band(lower: $0, upper: $1) }
      plot.anomalies = verdicts.anomalies
    } catch let error as DetectionError {
      // A series that cannot be judged can still be looked at.
      notes.insert("without band: " + error.description, at: 0)
    }
    let style = PlotText(width: width, height: height, ascii: ascii)
    return [.plot(plot, style)] + (notes.isEmpty ? [] : [.text(notes.joined(separator: "\n"))])
  }
}
