package import CivilTime
import DurableFiles
import JSONText

extension DeltaTable {
  /// A version, as described by its commit.
  package struct Version: Hashable, Sendable {
    /// The version's number, from 0.
    package let number: Int64
    /// When it was committed, UTC. Times ascend with the versions, even if the clock was set back.
    package let time: Timestamp
    /// `WRITE`, `STREAMING UPDATE`; nil if the writer did not name it.
    package let operation: String?
    /// The operation's parameters; empty if the writer did not name them.
    package let parameters: [String: String]
    /// The operation's counts; empty if the writer did not record them.
    package let metrics: [String: String]
    /// The application's version in the commit; nil without one.
    package let transaction: Transaction?
  }

  /// The versions whose commits are in the log, oldest first.
  ///
  /// A version's time is that of its file, or the commit's own if the table keeps such times. As in the protocol, a time that is not
  /// later than the previous version's counts as one millisecond later.
  package func history() throws(DeltaError) -> [Version] {
    let log = try LogFolder(of: path)
    guard !log.versions.isEmpty || !log.checkpoints.isEmpty else { throw .notATable(path: path) }
    var versions: [Version] = []
    for number in log.versions {
      if let last = versions.last, last.number + 1 != number {
        throw .missingVersion(path: path, version: last.number + 1)
      }
      let file = log.commit(number)
      let actions = try LogFolder.actions(in: file).map(\.action)
      let info = actions.lazy.compactMap { $0["commitInfo"] }.first
      var milliseconds: Int64
      if let noted = info?["inCommitTimestamp"]?.integer {
        milliseconds = noted
      } else {
        do { milliseconds = try DurableFiles.status(of: file).modified } catch { throw .file(error) }
      }
      // Clamped to what microseconds can represent.
      milliseconds = min(max(milliseconds, 0), 1 << 52)
      if let last = versions.last { milliseconds = max(milliseconds, last.time.microseconds / 1_000 + 1) }
      versions.append(
        Version(
          number: number, time: Timestamp(microseconds: milliseconds * 1_000), operation: info?["operation"]?.text,
          parameters: Self.texts(info?["operationParameters"]), metrics: Self.texts(info?["operationMetrics"]),
          transaction: actions.lazy.compactMap { Transaction($0) }.first))
    }
    return versions
  }

  private static func texts(_ json: JSON?) -> [String: String] {
    (json?.members ?? [:]).mapValues { $0.text ?? $0.description }
  }

  /// The newest version that was committed at or before a time.
  ///
  /// - Throws: ``DeltaError/noVersionAt(path:time:first:last:)`` for a time before the first version or after the last.
  package func version(at time: Timestamp) throws(DeltaError) -> Int64 {
    let history = try history()
    guard let first = history.first, let last = history.last, first.time <= time, time <= last.time,
      let found = history.last(where: { $0.time <= time })
    else {
      throw .noVersionAt(
        path: path, time: time.description, first: history.first?.time.description ?? "-",
        last: history.last?.time.description ?? "-")
    }
    return found.number
  }
}
