import AnomalyDetection
import ArgumentParser
import BlockingWork
import CivilTime
import Columnar
import Wording
import Rendering

struct PlotCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Draw a series with its band and anomalies, several series, or a histogram.",
    discussion: """
      An aggregate is computed from the events that the hub holds now. Several columns, or --by a column of keys, are drawn
      over each other without a band. A histogram counts the values of a table's column or a stream's field by size.

        plot tweets
        plot hourly --value average --sensitivity 90 --ascii
        plot tweets --value average,tweets
        plot messages --histogram favorite
      """.flowing)

  @Argument(
    help: "A table, a view or an aggregate; for --histogram a stream as well.",
    completion: .names(.stream, .aggregate, .table))
  var name: String

  @OptionGroup
  var options: DetectionOptions

  @Option(
    help: ArgumentHelp("Draw one series for each value of this column.", valueName: "column"),
    completion: .names(.column))
  var by: String?

  @Option(
    help: ArgumentHelp("Draw how often values of each size occur.", valueName: "column"),
    completion: .names(.field, .column))
  var histogram: String?

  @Option(help: "Width in characters (default: the terminal's, or 80).")
  var width: Int?

  @Option(help: "Height in lines.")
  var height: Int = 16

  @Flag(help: "Use ASCII characters only.")
  var ascii = false

  func validate() throws {
    if let width, !(40...300).contains(width) { throw ValidationError("--width takes 40 to 300") }
    if !(6...100).contains(height) { throw ValidationError("--height takes 6 to 100") }
    if histogram != nil, by != nil { throw ValidationError("--histogram and --by do not go together") }
  }

  /// More lines are hard to tell apart.
  private static let maximalLines = 6

  func run(in session: Session) async throws -> [Output] {
    if let histogram { return [.histogram(try await draw(histogram, in: session))] }
    let values = options.value?.listedNames ?? []
    if values.count > 1 || by != nil { return try await several(values, in: session) }
    let series = try await session.series(name, options)
    try check(series)
    var plot = Plot(
      title: "\(name): \(series.valueName)", times: series.points.map(\.time),
      lines: [.init(series.valueName, series.points.map(\.value))])
    var notes = series.notes
    do {
      let detector = session.detector(options)
      let verdicts = try await abandoning { try Verdicts(entire: series, by: detector) }
      plot.band = verdicts.judgements.map { Plot.Band(lower: $0.lower, upper: $0.upper) }
      plot.anomalies = verdicts.anomalies
    } catch let error as UnjudgeableSeries {
      // A series that cannot be judged can still be drawn.
      notes.insert("without band: " + error.sentences, at: 0)
    }
    return [.plot(plot, style)] + (notes.isEmpty ? [] : [.text(notes.joined(separator: "\n"))])
  }

  private var style: PlotText { PlotText(width: width, height: height, ascii: ascii) }

  private func check(_ series: Series) throws {
    if series.points.isEmpty { throw SeriesError.empty(series: name) }
  }

  /// Draws a line for each column, or for each key.
  private func several(_ values: [String], in session: Session) async throws -> [Output] {
    let rows = try await session.rows(of: session.relation(name)).collected()
    var lines: [(name: String, series: Series)] = []
    var notes: [Output] = []
    if let by {
      guard let keys = rows.schema.index(of: by) else {
        throw SeriesError.unknownColumn(by, option: "--by", known: rows.schema.names)
      }
      let column = rows.columns[keys]
      let texts = (0..<rows.rowCount).map { column[$0].description }
      let counts = Dictionary(texts.map { ($0, 1) }, uniquingKeysWith: +)
      let kept = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.maximalLines).map(\.key)
      if counts.count > kept.count {
        notes = [
          .text(
            "draws the \(kept.count) of \(grouped(counts.count)) values of \(by) that have the most rows"
          )
        ]
      }
      for key in kept.sorted() {
        let part = rows.filtered(by: texts.map { $0 == key })
        lines.append((key, try Series(part, name: name, options: options, now: session.clock())))
      }
    } else {
      guard values.count <= Self.maximalLines else {
        throw SeriesError.tooManyLines(values.count, permitted: Self.maximalLines)
      }
      for value in values {
        var options = options
        options.value = value
        lines.append((value, try Series(rows, name: name, options: options, now: session.clock())))
      }
    }
    try lines.forEach { try check($0.series) }
    let times = Set(lines.flatMap { $0.series.points.map(\.time) }).sorted()
    let indices = Dictionary(times.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let drawn = lines.map { name, series in
      var values = [Double](repeating: .nan, count: times.count)
      for point in series.points {
        if let index = indices[point.time] { values[index] = point.value }
      }
      return Plot.Line(name, values)
    }
    let title =
      by.map { "\(name): \(lines.first?.series.valueName ?? "") by \($0)" }
      ?? "\(name): \(values.joined(separator: ", "))"
    return [.plot(Plot(title: title, times: times, lines: drawn), style)] + notes
  }

  /// Maximum number of a stream's events in a histogram.
  private static let maximalEvents = 1_000_000

  private func draw(_ column: String, in session: Session) async throws -> Histogram {
    let relation = try await session.relation(name)
    let limit = if case .stream = relation { Self.maximalEvents } else { Int?.none }
    let rows = try await session.rows(of: relation, limit: limit).collected()
    guard let index = rows.schema.index(of: column) else {
      throw SeriesError.unknownColumn(column, option: "--histogram", known: rows.schema.names)
    }
    guard rows.schema.fields[index].type.isNumeric else {
      throw SeriesError.notNumeric(column: column, type: rows.schema.fields[index].type)
    }
    let values = (0..<rows.rowCount).compactMap { rows.columns[index][$0].number }
    return Histogram(title: "\(name): \(column), \(counted(values.count, "value"))", values: values)
  }
}
