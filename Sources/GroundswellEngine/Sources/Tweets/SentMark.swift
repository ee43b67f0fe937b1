import DurableFiles
import EventHub
import JSONText

/// How far a query's posts were sent to a hub, so that the next run sends only what is new, and an interrupted one goes on.
/// In its file a line of JSON and the line's checksum: a mark that lost a digit would have posts sent twice, or not at all.
struct SentMark: Hashable {
  /// The newest post that was sent.
  var newest: String?
  /// Where the pass that is under way will end: the newest post that was sent before it.
  var floor: String?
  /// The oldest post that the pass has sent; nil between passes.
  var reached: String?
  /// How many posts the first look back has still to send; nil where the pass ends at `floor`.
  var missing: Int?
  /// The page that is on its way: written before it is sent, and gone with the mark that says it was.
  var intent: Intent?

  /// Posts that the hub may hold or not: a run that finds this looks there.
  struct Intent: Hashable {
    /// The posts' identifiers.
    var posts: [String]
    /// Where each partition ended before they were sent.
    var offsets: [Int64]
  }

  struct Damaged: Error, CustomStringConvertible {
    let path: String
    var description: String {
      "\(path) is not as it was written\nremove it, and what was sent before will be sent again: send … --restart"
    }
  }

  init() {}

  /// Of a file for what is sent from one place to another.
  static func name(of parts: [String]) -> String {
    String(StableHash.of(parts.joined(separator: "\n").utf8), radix: 36) + ".json"
  }

  /// Takes the right to send what is new, so that two runs do not send it twice.
  static func lock(_ path: String) throws -> FileLock {
    try DurableFiles.createFolder(DurableFiles.folder(of: path))
    do { return try FileLock(path + ".lock") } catch let held as FileLock.Held {
      throw UsageError(
        description: "\(held.holder) is sending what this search finds\nend it or wait for it; or send something else")
    }
  }

  /// Reads what a run left; nothing was sent where there is no file.
  init(reading path: String) throws {
    guard try DurableFiles.exists(path) else { return }
    let lines = try DurableFiles.read(path).split(separator: 0x0A)
    // Before version 2 the line of JSON stood alone.
    guard let line = lines.first, lines.count == 1 || lines.dropFirst().elementsEqual([Self.checksum(line)[...]]),
      let json = try? JSON(parsing: line), json.members != nil, lines.count == 2 || json["version"] == nil
    else { throw Damaged(path: path) }
    (newest, floor, reached) = (json["newest"]?.text, json["floor"]?.text, json["reached"]?.text)
    missing = json["missing"]?.integer.flatMap { Int(exactly: $0) }.map { max(0, $0) }
    if let posts = json["sending"]?["posts"]?.elements, let offsets = json["sending"]?["offsets"]?.elements {
      intent = Intent(posts: posts.compactMap(\.text), offsets: offsets.compactMap(\.integer))
    }
  }

  /// Durable when it returns.
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

  /// Notes a page that is in the hub.
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
