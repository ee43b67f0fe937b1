/// Draws a plot as SVG, legible on light and on dark paper: lines and texts take the page's own colour.
struct PlotSVG {
  private let plot: Plot
  private let range: ClosedRange<Double>

  private static let width = 820.0
  private static let height = 320.0
  private static let left = 64.0
  private static let right = 16.0
  private static let top = 36.0
  private static let bottom = 52.0
  /// More points than this cannot be told apart; each step's least and greatest stay.
  private static let maximalSteps = 800

  init(_ plot: Plot) {
    self.plot = plot
    range = plot.range
  }

  var rendered: String {
    let anomalies = plot.anomalies.count == 1 ? "1 anomaly" : "\(plot.anomalies.count) anomalies"
    let count = plot.values.count == 1 ? "1 point" : "\(plot.values.count) points"
    let span = [plot.times.first, plot.times.last].compactMap { $0?.description }.joined(separator: " to ")
    var parts = [
      #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 820 320" role="img" font-family="sans-serif" font-size="12">"#,
      "<title>\(escaped(plot.title))</title>",
      "<desc>\(count), \(span)\(plot.band.isEmpty ? "" : ", " + anomalies)</desc>",
      #"<text x="\#(n(Self.left))" y="20" font-size="14" fill="currentColor">\#(escaped(plot.title))</text>"#,
    ]
    parts += axes()
    parts += band()
    parts += line()
    parts += plot.anomalies.filter(plot.values.indices.contains).map { index in
      let label = "\(plot.times[index]): \(plot.values[index])"
      return
        #"<circle cx="\#(n(x(index)))" cy="\#(n(y(plot.values[index])))" r="5" fill="rgb(229,72,77)" class="anomaly"><title>\#(label)</title></circle>"#
    }
    parts += legend()
    parts.append("</svg>")
    return parts.joined(separator: "\n")
  }

  private func axes() -> [String] {
    let ticks = NiceTicks(range, count: 5)
    var parts = ticks.values.flatMap { value in
      [
        #"<line x1="\#(n(Self.left))" x2="\#(n(Self.width - Self.right))" y1="\#(n(y(value)))" y2="\#(n(y(value)))" stroke="currentColor" stroke-opacity="0.15"/>"#,
        #"<text x="\#(n(Self.left - 8))" y="\#(n(y(value) + 4))" text-anchor="end" fill="currentColor">\#(ticks.label(value))</text>"#,
      ]
    }
    guard let first = plot.times.first, let last = plot.times.last else { return parts }
    for (place, anchor) in [(0.0, "start"), (0.5, "middle"), (1.0, "end")] where first < last || place == 0 {
      let time = first.microseconds + Int64(Double(last.microseconds - first.microseconds) * place)
      let x = Self.left + place * (Self.width - Self.left - Self.right)
      parts.append(
        #"<text x="\#(n(x))" y="\#(n(Self.height - Self.bottom + 20))" text-anchor="\#(anchor)" fill="currentColor">\#(plot.label(.init(microseconds: time)))</text>"#
      )
    }
    return parts
  }

  private func band() -> [String] {
    guard plot.band.count == plot.times.count, !plot.band.isEmpty else { return [] }
    let step = max(1, plot.band.count / Self.maximalSteps)
    let indices = Array(stride(from: 0, to: plot.band.count, by: step))
    let upper = indices.map { "\(n(x($0))),\(n(y(plot.band[$0].upper)))" }
    let lower = indices.reversed().map { "\(n(x($0))),\(n(y(plot.band[$0].lower)))" }
    return [
      #"<polygon points="\#((upper + lower).joined(separator: " "))" fill="rgb(62,155,220)" fill-opacity="0.22"/>"#
    ]
  }

  private func line() -> [String] {
    let step = max(1, plot.values.count / Self.maximalSteps)
    var indices: [Int] = []
    for start in stride(from: 0, to: plot.values.count, by: step) {
      let piece = start..<min(start + step, plot.values.count)
      let least = piece.min { plot.values[$0] < plot.values[$1] } ?? start
      let greatest = piece.max { plot.values[$0] < plot.values[$1] } ?? start
      indices += least == greatest ? [least] : [min(least, greatest), max(least, greatest)]
    }
    let points = indices.filter { plot.values[$0].isFinite }.map { "\(n(x($0))),\(n(y(plot.values[$0])))" }
    return [
      #"<polyline points="\#(points.joined(separator: " "))" fill="none" stroke="rgb(62,123,220)" stroke-width="1.5" stroke-linejoin="round"/>"#
    ]
  }

  private func legend() -> [String] {
    let y = Self.height - 12
    var parts = [
      #"<line x1="64" x2="84" y1="\#(n(y - 4))" y2="\#(n(y - 4))" stroke="rgb(62,123,220)" stroke-width="2"/>"#,
      #"<text x="90" y="\#(n(y))" fill="currentColor">value</text>"#,
    ]
    if !plot.band.isEmpty {
      parts += [
        #"<rect x="140" y="\#(n(y - 11))" width="20" height="12" fill="rgb(62,155,220)" fill-opacity="0.22"/>"#,
        #"<text x="166" y="\#(n(y))" fill="currentColor">expected band</text>"#,
        #"<circle cx="274" cy="\#(n(y - 4))" r="5" fill="rgb(229,72,77)"/>"#,
        #"<text x="284" y="\#(n(y))" fill="currentColor">anomaly</text>"#,
      ]
    }
    return parts
  }

  private func x(_ index: Int) -> Double {
    Self.left + plot.place(index) * (Self.width - Self.left - Self.right)
  }

  private func y(_ value: Double) -> Double {
    let inside = min(max(value, range.lowerBound), range.upperBound)
    let depth = (range.upperBound - inside) / (range.upperBound - range.lowerBound)
    return Self.top + depth * (Self.height - Self.top - Self.bottom)
  }

  private func n(_ number: Double) -> String { fixed(number, 1) }
}

/// Text as it stands in HTML and SVG.
func escaped(_ text: String) -> String {
  text.reduce(into: "") { result, character in
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    default: result.append(character)
    }
  }
}
