import Wording
/// Draws a plot with characters: a line of Braille dots, the band shaded, anomalies marked.
package struct PlotText: Hashable, Sendable {
  /// In characters; nil fills the display.
  package var width: Int?
  /// The plot's own lines, without title, axis and legend.
  package var height: Int
  /// Whether to use ASCII characters only.
  package var ascii: Bool

  /// A style for plots.
  package init(width: Int? = nil, height: Int = 16, ascii: Bool = false) {
    self.width = width
    self.height = height
    self.ascii = ascii
  }

  /// The drawing, without a line end at the end.
  ///
  /// - Parameter room: the display's columns.
  package func render(_ plot: Plot, columns room: Int = 80) -> String {
    let range = plot.range
    let ticks = NiceTicks(range, count: max(2, height / 4))
    let margin = (ticks.values.map { ticks.label($0).count }.max() ?? 1) + 1
    let columns = max(10, (width ?? max(20, min(room, 300))) - margin - 1)
    var canvas = Canvas(columns: columns, rows: height, range: range)
    shade(plot, on: &canvas)
    draw(plot, on: &canvas)
    let labels = Dictionary(
      ticks.values.map { (canvas.row(of: $0), ticks.label($0)) }, uniquingKeysWith: { first, _ in first })
    var lines = [plot.title]
    for row in 0..<height {
      let label = labels[row] ?? ""
      let axis = labels[row] == nil ? (ascii ? "|" : "│") : (ascii ? "+" : "┤")
      lines.append(String(repeating: " ", count: margin - label.count) + label + axis + canvas.line(row, ascii: ascii))
    }
    lines.append(
      String(repeating: " ", count: margin) + (ascii ? "+" : "└") + String(repeating: ascii ? "-" : "─", count: columns)
    )
    lines.append(String(repeating: " ", count: margin + 1) + timeAxis(plot, columns: columns))
    lines.append(String(repeating: " ", count: margin + 1) + legend(plot))
    return lines.map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  private func shade(_ plot: Plot, on canvas: inout Canvas) {
    guard plot.band.count == plot.times.count else { return }
    for (index, band) in plot.band.enumerated() {
      let column = canvas.column(of: plot.position(index))
      // Up to the next point, so that few points make a whole band.
      let next = index + 1 < plot.times.count ? canvas.column(of: plot.position(index + 1)) : column
      for column in column...max(column, min(next, canvas.columns - 1)) {
        canvas.shade(column: column, from: band.lower, to: band.upper)
      }
    }
  }

  private func draw(_ plot: Plot, on canvas: inout Canvas) {
    for (number, line) in plot.lines.enumerated() {
      var previous: (x: Int, y: Int)?
      for (index, value) in line.values.enumerated() {
        guard value.isFinite else {
          // One of several series may have no point at another's time; its line continues at its own next point.
          if plot.lines.count == 1 { previous = nil }
          continue
        }
        let point = (x: canvas.dotColumn(of: plot.position(index)), y: canvas.dotRow(of: value))
        canvas.connect(previous ?? point, point, line: number)
        previous = point
      }
    }
    for index in plot.anomalies where plot.values.indices.contains(index) && !plot.values[index].isNaN {
      canvas.mark(column: canvas.column(of: plot.position(index)), row: canvas.row(of: plot.values[index]))
    }
  }

  private func timeAxis(_ plot: Plot, columns: Int) -> String {
    guard let first = plot.times.first, let last = plot.times.last else { return "" }
    let (left, right) = (plot.label(first), plot.label(last))
    guard first < last else { return left }
    let middle = plot.label(
      .init(microseconds: first.microseconds + (last.microseconds - first.microseconds) / 2))
    let room = columns - left.count - right.count - middle.count
    guard room >= 4 else {
      return left + String(repeating: " ", count: max(1, columns - left.count - right.count)) + right
    }
    let before = max(1, (columns - middle.count) / 2 - left.count)
    let after = max(1, columns - left.count - before - middle.count - right.count)
    return left + String(repeating: " ", count: before) + middle + String(repeating: " ", count: after) + right
  }

  private func legend(_ plot: Plot) -> String {
    var parts = plot.lines.enumerated().map { number, line in
      "\(number == 0 ? (ascii ? "*" : "⠒") : String(Canvas.mark(of: number))) \(line.name)"
    }
    if !plot.band.isEmpty { parts.append(ascii ? ". expected band" : "░ expected band") }
    if !plot.band.isEmpty {
      parts.append(
        (ascii ? "! " : "● ") + counted(plot.anomalies.count, "anomaly", "anomalies"))
    }
    return parts.joined(separator: "   ")
  }
}

/// A plot with its style on terminals.
struct StyledPlot: Drawing {
  let plot: Plot
  let style: PlotText

  func text(columns: Int, ascii: Bool) -> String {
    var style = style
    style.ascii = style.ascii || ascii
    return style.render(plot, columns: columns)
  }

  var svg: String { PlotSVG(plot).rendered }
}

/// Character cells, each of two by four dots.
private struct Canvas {
  let columns: Int
  let rows: Int
  private let range: ClosedRange<Double>
  private var dots: [UInt8]
  private var shaded: [Bool]
  private var marked: [Bool]
  /// The further line that passes through a cell, from 1; 0 for none.
  private var further: [Int]

  /// A further line's character; the first line has dots.
  static func mark(of line: Int) -> Character {
    let marks: [Character] = ["x", "o", "+", "#", "@", "%"]
    return marks[(line - 1) % marks.count]
  }

  init(columns: Int, rows: Int, range: ClosedRange<Double>) {
    self.columns = columns
    self.rows = rows
    self.range = range
    dots = Array(repeating: 0, count: columns * rows)
    shaded = Array(repeating: false, count: columns * rows)
    marked = Array(repeating: false, count: columns * rows)
    further = Array(repeating: 0, count: columns * rows)
  }

  /// The depth of a value below the top, from 0 to 1.
  private func depth(_ value: Double) -> Double {
    let inside = min(max(value, range.lowerBound), range.upperBound)
    return (range.upperBound - inside) / (range.upperBound - range.lowerBound)
  }

  func column(of position: Double) -> Int { min(columns - 1, Int(position * Double(columns - 1) + 0.5)) }
  func row(of value: Double) -> Int { min(rows - 1, dotRow(of: value) / 4) }
  func dotColumn(of position: Double) -> Int { min(2 * columns - 1, Int(position * Double(2 * columns - 1) + 0.5)) }
  func dotRow(of value: Double) -> Int { min(4 * rows - 1, Int(depth(value) * Double(4 * rows - 1) + 0.5)) }

  mutating func shade(column: Int, from lower: Double, to upper: Double) {
    guard lower <= upper, upper >= range.lowerBound, lower <= range.upperBound else { return }
    for row in row(of: upper)...row(of: lower) { shaded[row * columns + column] = true }
  }

  mutating func mark(column: Int, row: Int) { marked[row * columns + column] = true }

  /// Sets the dots from one point to another, one at each step along the longer side.
  mutating func connect(_ from: (x: Int, y: Int), _ to: (x: Int, y: Int), line: Int) {
    let steps = max(abs(to.x - from.x), abs(to.y - from.y), 1)
    for step in 0...steps {
      let (x, y) = (from.x + (to.x - from.x) * step / steps, from.y + (to.y - from.y) * step / steps)
      guard line == 0 else {
        further[y / 4 * columns + x / 2] = line
        continue
      }
      // Braille counts its dots 1 2 3 down the left, 4 5 6 down the right, then 7 and 8 below.
      let bit: UInt8 = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]][y % 4][x % 2]
      dots[y / 4 * columns + x / 2] |= bit
    }
  }

  func line(_ row: Int, ascii: Bool) -> String {
    var line = ""
    for cell in row * columns..<(row + 1) * columns {
      if marked[cell] {
        line += ascii ? "!" : "●"
      } else if further[cell] != 0 {
        line.append(Self.mark(of: further[cell]))
      } else if dots[cell] != 0 {
        line += ascii ? "*" : String(Unicode.Scalar(0x2800 + UInt32(dots[cell])) ?? " ")
      } else {
        line += shaded[cell] ? (ascii ? "." : "░") : " "
      }
    }
    return line
  }
}
