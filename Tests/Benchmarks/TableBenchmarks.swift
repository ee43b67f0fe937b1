import CivilTime
import Columnar
import DeltaLake
import DurableFiles
import Foundation

/// `benchmarks tables [ROWS]`: what `tables.py` does with delta-rs and Polars, in the same words.
enum TableBenchmarks {
  private static let schema = Schema([Field("time", .timestamp), Field("value", .double)])

  static func run(rows: Int) throws {
    let folder = NSTemporaryDirectory() + "tables-" + UUID().uuidString
    defer { try? DurableFiles.remove(folder) }
    let small = try DeltaTable.create(at: folder + "/small", schema: schema)
    let clock = ContinuousClock()
    var times: [Double] = []
    for _ in 0..<200 {
      let piece = table(100)
      times.append(try clock.measure { try small.append(piece) } / .milliseconds(1))
    }
    print(String(format: "commit of 100 rows: %.2f ms (median of 200)", times.sorted()[100]))
    let opened = try (0..<5).map { _ in
      try clock.measure {
        let count = try small.snapshot().read().rowCount
        precondition(count == 20_000)
      } / .milliseconds(1)
    }
    print(String(format: "read a table of 200 commits: %.1f ms (least of 5)", opened.min() ?? 0))
    let large = table(rows)
    let wide = try DeltaTable.create(at: folder + "/large", schema: schema)
    let written = try clock.measure { try wide.append(large) }
    let size = try wide.snapshot().files.reduce(0) { $0 + $1.size }
    print(
      String(format: "write %d rows: %.2f M rows/s, %d bytes", rows, Double(rows) / (written / .seconds(1)) / 1e6, size)
    )
    let read = try (0..<3).map { _ in
      try clock.measure {
        let count = try wide.snapshot().read().rowCount
        precondition(count == rows)
      } / .seconds(1)
    }
    print(String(format: "read %d rows: %.2f M rows/s (best of 3)", rows, Double(rows) / (read.min() ?? 1) / 1e6))
  }

  /// A time a second, and a number that does not repeat.
  private static func table(_ rows: Int) -> Table {
    let times = (0..<rows).map { 1_556_064_000_000_000 + Int64($0) * 1_000_000 }
    let values = (0..<rows).map { Double($0 &* 2_654_435_761 % 1_000_003) / 7 }
    return Table(schema: schema, columns: [Column(.timestamp(times)), Column(.double(values))])
  }
}
