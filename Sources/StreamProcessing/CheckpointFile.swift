import DurableFiles
import JSONText

/// A file of a checkpoint. Version 2 is a head, lines of JSON, and the CRC-32C of all bytes before it in hexadecimal:
///
///     v2 offsets/12 of 6f1c2a…
///     {"batchTimestampMs":…}
///     {"default":{"0":25}}
///     9a3dc9c1
///
/// The head names the file and its query, so that a file in another's place is noticed; the head of `metadata`, which
/// gives the query its id, has only the name. Version 1 named nothing and summed only the line of `state/…`; its `metadata` was bare
/// JSON. Both are read, version 2 is written.
struct CheckpointFile {
  private let folder: String
  private let name: String
  private let head: String

  /// - Parameters:
  ///   - name: within the checkpoint's folder, such as `offsets/12`.
  ///   - query: the query's id; nil for `metadata`.
  init(in folder: String, _ name: String, query: String?) {
    self.folder = folder
    self.name = name
    head = "v2 \(name)" + (query.map { " of \($0)" } ?? "")
  }

  private var path: String { folder + "/" + name }

  /// - Throws: ``CheckpointError/missing(path:)``, ``CheckpointError/damaged(path:)``, ``CheckpointError/file(_:)``.
  func read(lineCount: Int) throws(CheckpointError) -> [JSON] {
    let bytes: [UInt8]
    do { bytes = try DurableFiles.read(path) } catch {
      throw error.isMissing ? .missing(path: path) : .file(error)
    }
    guard let lines = content(of: bytes), lines.count == lineCount else { throw .damaged(path: path) }
    do { return try lines.map { try JSON(parsing: $0) } } catch { throw .damaged(path: path) }
  }

  /// The lines of JSON, or nil if the file is missing.
  func readIfPresent(lineCount: Int) throws(CheckpointError) -> [JSON]? {
    do { return try read(lineCount: lineCount) } catch {
      if case .missing = error { return nil }
      throw error
    }
  }

  /// Replaces the file. Durable when it returns.
  func write(_ lines: [JSON]) throws(CheckpointError) {
    let text = Array((head + "\n" + lines.map { $0.description + "\n" }.joined()).utf8)
    do { try DurableFiles.replace(path, with: text + Array("\(Self.checksum(text[...]))\n".utf8)) } catch {
      throw .file(error)
    }
  }

  /// The lines of JSON; nil if the file is not as it was written.
  private func content(of bytes: [UInt8]) -> [ArraySlice<UInt8>]? {
    if name == "metadata", bytes.first == UInt8(ascii: "{") { return [bytes[...]] }
    guard bytes.last == 0x0A else { return nil }
    let lines = bytes.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false)
    guard let first = lines.first, let last = lines.last, lines.count > 1 else { return nil }
    if first.elementsEqual("v1".utf8) {
      guard name.hasPrefix("state/") else { return Array(lines.dropFirst()) }
      return lines.count == 3 && last.elementsEqual(Self.checksum(lines[1]).utf8) ? [lines[1]] : nil
    }
    guard first.elementsEqual(head.utf8), last.elementsEqual(Self.checksum(bytes[..<last.startIndex]).utf8) else {
      return nil
    }
    return Array(lines.dropFirst().dropLast())
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>) -> String {
    String(bytes.withUnsafeBytes { CRC32.castagnoli.checksum($0) }, radix: 16)
  }
}
