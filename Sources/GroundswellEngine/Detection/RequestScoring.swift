import DetectorREST
import DurableFiles
import EventFiles

/// Scores a file of detection requests, one JSON object a line (see `ScoredLine`), on all processors.
package struct RequestScoring {
  private let reader: RecordReader

  /// - Parameter path: `-` reads standard input.
  /// - Throws: `FileError` for a file that cannot be read.
  package init(path: String) throws {
    reader = try RecordReader(path, .line, isRaw: true)
    reader.skipsEmptyLines = false
  }

  /// Writes the responses in the order of the lines, one JSON text each, as soon as all earlier ones are written. A line that
  /// cannot be answered gives `{"code", "message"}`.
  ///
  /// Holds at most four times `atOnce` lines, however long the file is.
  /// - Parameter atOnce: how many lines are scored at a time.
  /// - Throws: `FileError` if reading fails; `CancellationError`; what `write` throws.
  package func run(atOnce: Int, _ write: (String) throws -> Void) async throws {
    try await withThrowingTaskGroup(of: (number: Int, answer: String).self) { group in
      var (read, written) = (0, 0)
      var waiting: [Int: String] = [:]
      while true {
        while read - written < 4 * atOnce, let line = try reader.next() {
          let (number, bytes) = (read, Array(line))
          group.addTask { (number, ScoredLine.answer(to: bytes).description) }
          read += 1
        }
        guard let next = try await group.next() else { return }
        waiting[next.number] = next.answer
        while let answer = waiting.removeValue(forKey: written) {
          try write(answer)
          written += 1
        }
      }
    }
  }
}
