import DurableFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The typed cells, in a file that several shells may append to at once and that only its owner can read.
///
/// An entry is a line; `\n` and `\\` in it stand for a newline and a backslash. Entries are appended, each by one write
/// under a lock, so that a crash can at worst tear the last one. Reading drops the oldest when there are too many: a new
/// file then takes the old one's place.
struct HistoryFile: Sendable {
  struct Failure: Error, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String {
      """
      The history is not kept: \(path): \(reason).
      Make the file and its folder writable, or set XDG_STATE_HOME to a folder that is.
      """
    }
  }

  let path: String
  /// The number of kept entries; the file is cut when it holds twice as many.
  var limit = 10_000

  init(path: String) {
    self.path = path
  }

  /// The entries, oldest first; none if there is no file yet.
  func entries() throws(Failure) -> [String] {
    let file = try openLocked()
    defer { close(file) }
    let content = try content(of: file)
    let lines = content.split(separator: UInt8(ascii: "\n"))
    if lines.count > 2 * limit { try replace(with: lines.suffix(limit)) }
    return lines.suffix(limit).map(Self.entry)
  }

  func append(_ entry: String) throws(Failure) {
    let file = try openLocked()
    defer { close(file) }
    var line = Self.line(entry)
    // An entry that a crash cut off stays an entry of its own.
    let end = lseek(file, 0, SEEK_END)
    var last: UInt8 = UInt8(ascii: "\n")
    if end > 0, pread(file, &last, 1, end - 1) == 1, last != UInt8(ascii: "\n") {
      line.insert(UInt8(ascii: "\n"), at: 0)
    }
    try put(line, into: file)
  }

  private static func line(_ entry: String) -> [UInt8] {
    var line: [UInt8] = []
    for byte in entry.utf8 {
      switch byte {
      case UInt8(ascii: "\n"): line += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
      case UInt8(ascii: "\\"): line += [byte, byte]
      default: line.append(byte)
      }
    }
    return line + [UInt8(ascii: "\n")]
  }

  private static func entry(_ line: ArraySlice<UInt8>) -> String {
    var bytes: [UInt8] = []
    var isEscaped = false
    for byte in line {
      if !isEscaped, byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        bytes.append(isEscaped && byte == UInt8(ascii: "n") ? UInt8(ascii: "\n") : byte)
        isEscaped = false
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The file, made if it is missing, locked until it is closed, and not one that another shell has just replaced.
  private func openLocked() throws(Failure) -> CInt {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    Self.createPrivateFolder(folder)
    while true {
      let file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
      guard file >= 0 else { throw failure() }
      var opened = stat()
      var named = stat()
      guard flock(file, LOCK_EX) == 0, fstat(file, &opened) == 0, opened.st_mode & S_IFMT == S_IFREG else {
        let failure = failure()
        close(file)
        throw failure
      }
      if opened.st_mode & 0o077 != 0 { fchmod(file, 0o600) }
      if stat(path, &named) == 0, named.st_ino == opened.st_ino, named.st_dev == opened.st_dev { return file }
      close(file)
    }
  }

  /// Whether it exists now, opening the file shows.
  private static func createPrivateFolder(_ path: String) {
    guard mkdir(path, 0o700) != 0, errno == ENOENT else { return }
    createPrivateFolder(DurableFiles.folder(of: path))
    mkdir(path, 0o700)
  }

  private func replace(with lines: ArraySlice<ArraySlice<UInt8>>) throws(Failure) {
    let temporary = path + ".new"
    unlink(temporary)
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure() }
    defer {
      close(file)
      unlink(temporary)
    }
    try put(lines.flatMap { $0 + [UInt8(ascii: "\n")] }, into: file)
    guard fsync(file) == 0, rename(temporary, path) == 0 else { throw failure() }
    do { try DurableFiles.syncFolder(DurableFiles.folder(of: path)) } catch {
      throw Failure(path: path, reason: error.reason)
    }
  }

  private func content(of file: CInt) throws(Failure) -> [UInt8] {
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    lseek(file, 0, SEEK_SET)
    while true {
      let count = read(file, &chunk, chunk.count)
      if count < 0 { throw failure() }
      if count == 0 { return content }
      content += chunk[..<count]
    }
  }

  private func put(_ bytes: [UInt8], into file: CInt) throws(Failure) {
    let end = lseek(file, 0, SEEK_END)
    do { try DurableFiles.append(bytes, to: file, path: path) } catch {
      // A part of an entry would be another's beginning.
      if end >= 0 { ftruncate(file, end) }
      throw Failure(path: path, reason: error.reason)
    }
  }

  private func failure() -> Failure {
    Failure(path: path, reason: String(cString: strerror(errno)))
  }
}
