import NotebookFormat
import Wording

/// The number of values in each of a row of bins, from the least value to the greatest.
package struct Histogram: Hashable, Sendable {
  /// The values from `lower` on and below `upper`; the last bin includes its upper bound.
  package struct Bin: Hashable, Sendable {
    /// The least value of the bin.
    package var lower: Double
    /// The upper bound.
    package var upper: Double
    /// The number of values.
    package var count: Int
  }

  /// One line above the bars.
  package let title: String
  /// Adjacent bins, ascending; empty without values.
  package private(set) var bins: [Bin] = []
  /// Whether all values are whole numbers.
  package let isWhole: Bool
  private var isSingle = false

  /// - Parameter values: in any order; NaN and infinities are left out.
  package init(title: String, values: [Double]) {
    self.title = title
    let values = values.filter(\.isFinite).sorted()
    isWhole = values.allSatisfy { $0 == $0.rounded() && abs($0) < 1e15 }
    guard let least = values.first, let greatest = values.last else { return }
    isSingle = least == greatest
    let bounds = Self.bounds(from: least, to: greatest, middle: values[values.count / 2], isWhole: isWhole)
    bins = zip(bounds, bounds.dropFirst()).map { Bin(lower: $0, upper: $1, count: 0) }
    var bin = 0
    for value in values {
      while bin < bins.count - 1, value >= bins[bin].upper { bin += 1 }
      bins[bin].count += 1
    }
  }

  /// About fifteen round steps. A long tail, as likes have, takes growing steps: 0, 1, 2, 5, 10, …
  private static func bounds(from least: Double, to greatest: Double, middle: Double, isWhole: Bool) -> [Double] {
    guard least < greatest else { return [least, least + (isWhole ? 1 : max(abs(least), 1))] }
    if least >= 0, greatest > 20 * max(middle, 1) {
      var bounds = least < 1 ? [0.0, 1] : [1.0]
      var power = 1.0
      while let last = bounds.last, last <= greatest {
        bounds += [2, 5, 10].map { $0 * power }
        power *= 10
      }
      while bounds.count > 2, bounds[bounds.count - 2] > greatest { bounds.removeLast() }
      while bounds.count > 2, bounds[1] <= least { bounds.removeFirst() }
      return bounds
    }
    let ticks = NiceTicks(least...greatest, count: 15).values
    guard ticks.count > 1 else { return [least, greatest] }
    let step = isWhole ? max(1, ticks[1] - ticks[0]) : ticks[1] - ticks[0]
    var bounds = [(least / step).rounded(.down) * step]
    while let last = bounds.last, last <= greatest, last + step > last, bounds.count < 100 {
      bounds.append(last + step)
    }
    // Values that differ in their last bit have no round step between them.
    guard bounds.count > 1, bounds[0] <= least, bounds[bounds.count - 1] >= greatest else { return [least, greatest] }
    return bounds
  }

  /// The bin's range for people: `0`, `2–4`, `0.5–1`.
  package func label(_ bin: Bin) -> String {
    // All values are equal.
    if bins.count == 1, isSingle { return isWhole ? grouped(Int64(bin.lower)) : shortNumber(bin.lower) }
    func short(_ number: Double) -> String {
      isWhole ? grouped(Int64(number)) : shortNumber(number)
    }
    if isWhole, bin.upper - bin.lower <= 1 { return short(bin.lower) }
    return "\(short(bin.lower))–\(short(isWhole ? bin.upper - 1 : bin.upper))"
  }
}

extension Histogram: Drawing {
  /// One line a bin, below the title.
  package func text(columns: Int, ascii: Bool) -> String {
    HistogramText(self, columns: columns, ascii: ascii).rendered
  }

  /// The histogram as SVG.
  package var svg: String { HistogramSVG(self).rendered }
}

/// Draws a histogram with characters, a line a bin.
struct HistogramText {
  let rendered: String

  init(_ histogram: Histogram, columns: Int, ascii: Bool) {
    let labels = histogram.bins.map { histogram.label($0) }
    let margin = labels.map(\.count).max() ?? 0
    let greatest = max(1, histogram.bins.map(\.count).max() ?? 1)
    let counts = histogram.bins.map { grouped($0.count) }
    let room = max(10, min(columns, 120) - margin - 3 - (counts.map(\.count).max() ?? 0) - 1)
    let eighths: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    let lines = histogram.bins.indices.map { index -> String in
      let count = histogram.bins[index].count
      // The smallest count is visible.
      let length = count == 0 ? 0 : max(1, count * room * 8 / greatest)
      var bar = String(repeating: ascii ? "#" : "█", count: length / 8)
      if !ascii, length % 8 > 0 { bar.append(eighths[length % 8 - 1]) }
      if ascii, bar.isEmpty, count > 0 { bar = "#" }
      let label = String(labels[index].map { ascii && $0 == "–" ? "-" : $0 })
      return String(repeating: " ", count: margin - label.count) + label + (ascii ? " |" : " │") + bar
        + " " + counts[index]
    }
    rendered = ([histogram.title] + lines).joined(separator: "\n")
  }
}

/// Draws a histogram as SVG.
struct HistogramSVG {
  let rendered: String

  init(_ histogram: Histogram) {
    let step = 22
    let height = 44 + step * histogram.bins.count
    let greatest = Double(max(1, histogram.bins.map(\.count).max() ?? 1))
    var parts = [
      #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 820 \#(height)" role="img" font-family="sans-serif" font-size="12">"#,
      "<title>\(escaped(histogram.title))</title>",
      #"<text x="110" y="20" font-size="14" fill="\#(SVG.grey)">\#(escaped(histogram.title))</text>"#,
    ]
    for (index, bin) in histogram.bins.enumerated() {
      let y = 36 + step * index
      let width = Double(bin.count) / greatest * 600
      parts += [
        #"<text x="102" y="\#(y + 12)" text-anchor="end" fill="\#(SVG.grey)">\#(histogram.label(bin))</text>"#,
        #"<rect x="110" y="\#(y)" width="\#(fixed(bin.count == 0 ? 0 : max(1, width), 1))" height="16" fill="\#(SVG.colour(of: 0))" class="bin"/>"#,
        #"<text x="\#(fixed(116 + width, 1))" y="\#(y + 12)" fill="\#(SVG.grey)">\#(grouped(bin.count))</text>"#,
      ]
    }
    rendered = (parts + ["</svg>"]).joined(separator: "\n")
  }
}
