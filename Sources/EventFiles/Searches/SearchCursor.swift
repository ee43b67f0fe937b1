package import DurableFiles
import EventHub
import JSONText

/// How far a search's posts were sent to a hub: the next run sends only new ones, and resumes an interrupted run.
///
/// Its file holds a line of JSON and the line's checksum: a cursor that lost a digit would send posts twice, or not at all.
package struct SearchCursor: Hashable {
  /// The newest post that was sent.
  var newest: String?
  /// The newest post that was sent before the current pass, which ends there.
  var floor: String?
  /// The oldest post that the current pass has sent; nil between passes.
  var reached: String?
  /// The number of posts that the first pass has still to send; nil if the pass ends at `floor`.
  var missing: Int?
  /// The page that is being sent: written before it is sent, and removed with the next cursor.
  var intent: Intent?

  /// Posts that the hub may hold or not: the next run looks for them.
  struct Intent: Hashable {
    /// The posts' identifiers.
    var posts: [String]
    /// The end of each partition before they were sent.
    var offsets: [Int64]
  }

  /// The file does not match its checksum.
  package struct Damaged: Error, Hashable, CustomStringConvertible {
    /// The cursor's file.
    package let path: String
    /// The problem, in one line.
    package var description: String { "\(path) is damaged" }
  }

  /// Another process runs the same search into the same hub.
  package struct Busy: Error, Hashable, CustomStringConvertible {
    /// `groundswell (process 4711)`
    package let holder: String

    package init(holder: String) { self.holder = holder }

    /// The problem, in one line.
    package var description: String { "\(holder) is sending what this search finds" }
  }

  init() {}

  /// The name of the cursor's file.
  ///
  /// - Parameter parts: what tells the search and the hub from others.
  package static func name(of parts: [String]) -> String {
    String(StableHash.of(parts.joined(separator: "\n").utf8), radix: 36) + ".json"
  }

  /// Locks the cursor, so that two runs do not send posts twice.
  ///
  /// - Throws: ``Busy``, `FileError`.
  package static func lock(_ path: String) throws -> FileLock {
    try DurableFiles.createFolder(DurableFiles.folder(of: path))
    do { return try FileLock(path + ".lock") } catch let held as FileLock.Held { throw Busy(holder: held.holder) }
  }

  /// Reads the cursor that the last run left; a missing file means that nothing was sent.
  ///
  /// - Throws: ``Damaged``, `FileError`.
  init(reading path: String) throws {
    guard try DurableFiles.exists(path) else { return }
    let lines = try DurableFiles.read(path).split(separator: 0x0A)
    // Before version 2 there was no checksum.
    guard let line = lines.first, lines.count == 1 || lines.dropFirst().elementsEqual([Self.checksum(line)[...]]),
      let json = try? JSON(parsing: line), json.members != nil, lines.count == 2 || json["version"] == nil
    else { throw Damaged(path: path) }
    (newest, floor, reached) = (json["newest"]?.text, json["floor"]?.text, json["reached"]?.text)
    missing = json["missing"]?.integer.flatMap { Int(exactly: $0) }.map { max(0, $0) }
    if let posts = json["sending"]?["posts"]?.elements, let offsets = json["sending"]?["offsets"]?.elements {
      intent = Intent(posts: posts.compactMap(\.text), offsets: offsets.compactMap(\.integer))
    }
  }

  /// Writes the cursor; it is durable when this returns.
  func write(to path: String, of query: String) throws(FileError) {
    var members: [String: JSON] = ["version": 2, "query": .string(query)]
    members["newest"] = newest.map(JSON.string)
    members["floor"] = floor.map(JSON.string)
    members["reached"] = reached.map(JSON.string)
    members["missing"] = missing.map { .integer(Int64($0)) }
    members["sending"] = intent.map {
      ["posts": .array($0.posts.map(JSON.string)), "offsets": .array($0.offsets.map(JSON.integer))]
    }
    let line = Array(JSON.object(members).description.utf8)
    try DurableFiles.replace(path, with: line + [0x0A] + Self.checksum(line[...]) + [0x0A])
  }

  /// The second line: the CRC-32C of the first, in hexadecimal.
  private static func checksum(_ line: ArraySlice<UInt8>) -> [UInt8] {
    Array(String(line.withUnsafeBytes { CRC32.castagnoli.checksum($0) }, radix: 16).utf8)
  }

  /// Notes a page that is in the hub, by its newest and oldest post.
  mutating func sent(newest: String?, oldest: String?) {
    guard let newest, let oldest else { return }
    if self.newest.map({ Self.isNewer(newest, than: $0) }) ?? true { self.newest = newest }
    reached = oldest
  }

  mutating func endPass() {
    (floor, reached, missing, intent) = (newest, nil, nil, nil)
  }

  /// Identifiers are numbers of up to 19 digits, which grow with time.
  private static func isNewer(_ left: String, than right: String) -> Bool {
    (left.count, left) > (right.count, right)
  }
}
