import NotebookFormat
import Wording

/// Draws a plot as SVG, legible on light and on dark paper.
///
/// Texts have a grey of equal contrast (4.5 : 1) to white and to black, since a viewer may show the drawing as an image, which does
/// not inherit the page's colour.
struct PlotSVG {
  private let plot: Plot
  private let range: ClosedRange<Double>

  private static let width = 820.0
  private static let height = 320.0
  private static let left = 64.0
  private static let right = 16.0
  private static let top = 36.0
  private static let bottom = 52.0
  /// The most steps that can be told apart; each step keeps its least and greatest value.
  private static let maximalSteps = 800

  init(_ plot: Plot) {
    self.plot = plot
    range = plot.range
  }

  var rendered: String {
    let anomalies = counted(plot.anomalies.count, "anomaly", "anomalies")
    let count = counted(plot.values.count, "point")
    let span = [plot.times.first, plot.times.last].compactMap { $0?.description }.joined(separator: " to ")
    var parts = [
      #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 820 320" role="img" font-family="sans-serif" font-size="12">"#,
      "<title>\(escaped(plot.title))</title>",
      "<desc>\(count), \(span)\(plot.band.isEmpty ? "" : ", " + anomalies)</desc>",
      #"<text x="\#(n(Self.left))" y="20" font-size="14" fill="\#(SVG.grey)">\#(escaped(plot.title))</text>"#,
    ]
    parts += axes()
    parts += band()
    parts += lines()
    parts += plot.anomalies.filter(plot.values.indices.contains).map { index in
      let label = "\(plot.times[index]): \(plot.values[index])"
      return
        #"<circle cx="\#(n(x(index)))" cy="\#(n(y(plot.values[index])))" r="5" fill="\#(SVG.red)" class="anomaly"><title>\#(label)</title></circle>"#
    }
    parts += legend()
    parts.append("</svg>")
    return parts.joined(separator: "\n")
  }

  private func axes() -> [String] {
    let ticks = NiceTicks(range, count: 5)
    var parts = ticks.values.flatMap { value in
      [
        #"<line x1="\#(n(Self.left))" x2="\#(n(Self.width - Self.right))" y1="\#(n(y(value)))" y2="\#(n(y(value)))" stroke="\#(SVG.grey)" stroke-opacity="0.3"/>"#,
        #"<text x="\#(n(Self.left - 8))" y="\#(n(y(value) + 4))" text-anchor="end" fill="\#(SVG.grey)">\#(ticks.label(value))</text>"#,
      ]
    }
    guard let first = plot.times.first, let last = plot.times.last else { return parts }
    for (position, anchor) in [(0.0, "start"), (0.5, "middle"), (1.0, "end")] where first < last || position == 0 {
      let time = first.microseconds + Int64(Double(last.microseconds - first.microseconds) * position)
      let x = Self.left + position * (Self.width - Self.left - Self.right)
      parts.append(
        #"<text x="\#(n(x))" y="\#(n(Self.height - Self.bottom + 20))" text-anchor="\#(anchor)" fill="\#(SVG.grey)">\#(plot.label(.init(microseconds: time)))</text>"#
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

  private func lines() -> [String] {
    plot.lines.enumerated().map { number, line in
      let values = line.values
      let step = max(1, values.count / Self.maximalSteps)
      var indices: [Int] = []
      for start in stride(from: 0, to: values.count, by: step) {
        let piece = start..<min(start + step, values.count)
        let least = piece.min { values[$0] < values[$1] } ?? start
        let greatest = piece.max { values[$0] < values[$1] } ?? start
        indices += least == greatest ? [least] : [min(least, greatest), max(least, greatest)]
      }
      let points = indices.filter { values[$0].isFinite }.map { "\(n(x($0))),\(n(y(values[$0])))" }
      return
        #"<polyline points="\#(points.joined(separator: " "))" fill="none" stroke="\#(SVG.colour(of: number))" stroke-width="1.5" stroke-linejoin="round"/>"#
    }
  }

  private func legend() -> [String] {
    let y = Self.height - 12
    var parts: [String] = []
    var x = 64
    func say(_ text: String) {
      parts.append(#"<text x="\#(x)" y="\#(n(y))" fill="\#(SVG.grey)">\#(escaped(text))</text>"#)
      x += displayWidth(text) * 7 + 20
    }
    for (number, line) in plot.lines.enumerated() {
      parts.append(
        #"<line x1="\#(x)" x2="\#(x + 20)" y1="\#(n(y - 4))" y2="\#(n(y - 4))" stroke="\#(SVG.colour(of: number))" stroke-width="2"/>"#
      )
      x += 26
      say(line.name)
    }
    if !plot.band.isEmpty {
      parts.append(
        #"<rect x="\#(x)" y="\#(n(y - 11))" width="20" height="12" fill="rgb(62,155,220)" fill-opacity="0.22"/>"#)
      x += 26
      say("expected band")
      parts.append(#"<circle cx="\#(x + 5)" cy="\#(n(y - 4))" r="5" fill="\#(SVG.red)"/>"#)
      x += 16
      say("anomaly")
    }
    return parts
  }

  private func x(_ index: Int) -> Double {
    Self.left + plot.position(index) * (Self.width - Self.left - Self.right)
  }

  private func y(_ value: Double) -> Double {
    let inside = min(max(value, range.lowerBound), range.upperBound)
    let depth = (range.upperBound - inside) / (range.upperBound - range.lowerBound)
    return Self.top + depth * (Self.height - Self.top - Self.bottom)
  }

  private func n(_ number: Double) -> String { fixed(number, 1) }
}

/// The colours of drawings, each distinct on white and on black.
enum SVG {
  static let grey = "rgb(118,118,118)"
  static let red = "rgb(229,72,77)"

  static func colour(of line: Int) -> String {
    ["rgb(62,123,220)", "rgb(214,122,0)", "rgb(30,150,100)", "rgb(165,85,205)", "rgb(140,110,60)"][line % 5]
  }
}
