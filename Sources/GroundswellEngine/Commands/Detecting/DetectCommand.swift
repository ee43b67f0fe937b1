import ArgumentParser
import BlockingWork
import Wording
import Rendering

struct DetectCommand: SessionCommand {
  enum Scope: String, ExpressibleByArgument, CaseIterable { case last, entire }

  static let configuration = CommandConfiguration(
    commandName: "detect", abstract: "Say whether the newest point is an anomaly, or which of all points are.",
    discussion: """
      A value outside of the band from lower to upper is an anomaly. A window that is still filling is left out. Missing \
      points are listed, and filled as --impute says.

        detect last tweets --window 72
        detect entire tweets --sensitivity 90 --anomalies
      """.flowing)

  @Argument(help: "last for the newest point, entire for all points.")
  var scope: Scope

  @Argument(help: "A table or view.", completion: .names(.aggregate, .table))
  var name: String

  @OptionGroup
  var options: DetectionOptions

  @Flag(help: "Show the anomalies only.")
  var anomalies = false

  func run(in session: Session) async throws -> [Output] {
    let series = try await session.series(name, options)
    let detector = session.detector(options)
    let verdicts = try await abandoning { [scope] in
      try scope == .last ? Verdicts(last: series, by: detector) : Verdicts(entire: series, by: detector)
    }
    let shown =
      anomalies
      ? verdicts.table.filtered(by: (0..<verdicts.table.rowCount).map(Set(verdicts.anomalies).contains))
      : verdicts.table
    let count = counted(verdicts.anomalies.count, "anomaly", "anomalies")
    let summary = scope == .entire ? ["\(count) among \(counted(series.points.count, "point"))"] : []
    let notes = summary + series.notes
    return [.table(shown)] + (notes.isEmpty ? [] : [.text(notes.joined(separator: "\n"))])
  }
}
