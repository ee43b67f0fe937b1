#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Files that are whole or absent, whatever moment the power goes: written aside, synced, then moved into place.
package enum DurableFiles {
  /// The whole content of a file.
  package static func read(_ path: String) throws(FileError) -> [UInt8] {
    // Nothing is waited for where the name is a pipe's.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError("read", path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = withoutInterruption { readBytes(descriptor, &buffer) }
      guard count >= 0 else { throw FileError("read", path) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
    }
  }

  /// Some bytes of a file.
  ///
  /// - Returns: fewer where the file ends before.
  package static func read(_ path: String, _ range: Range<Int>) throws(FileError) -> [UInt8] {
    // Nothing is waited for where the name is a pipe's.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError("read", path) }
    defer { close(descriptor) }
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { target, filled in
      while filled < range.count {
        let count = withoutInterruption {
          pread(
            descriptor, target.baseAddress?.advanced(by: filled), range.count - filled, off_t(range.lowerBound + filled)
          )
        }
        if count < 0 { code = errno }
        if count <= 0 { return }
        filled += count
      }
    }
    if code != 0 { throw FileError("read", path, code: code) }
    return bytes
  }

  /// Makes a folder of nobody's, which its user alone can read, in TMPDIR or what the system has for it.
  ///
  /// - Returns: its path; the caller removes it.
  package static func makeTemporaryFolder() throws(FileError) -> String {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    let pattern = (folder.isEmpty ? P_tmpdir : folder) + "/groundswell-XXXXXX"
    var path = Array(pattern.utf8CString)
    guard mkdtemp(&path) != nil else { throw FileError("create the folder", pattern) }
    return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// A file's bytes, and when it was last written to in milliseconds since 1970.
  package static func status(of path: String) throws(FileError) -> (size: Int64, modified: Int64) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError("read", path) }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return (Int64(status.st_size), Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// Puts a file in place of the one of that name, if there is one; durable when it returns.
  package static func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    do { try replace(path) { write throws(FileError) in try write(bytes) } } catch {
      throw error as? FileError ?? FileError("write", path)
    }
  }

  /// Likewise, of a file that is written piece by piece.
  ///
  /// - Parameter body: hands each piece to the function that it is given.
  /// - Throws: `FileError`, and what `body` throws; what was there before stays then.
  package static func replace(
    _ path: String, _ body: (_ write: ([UInt8]) throws(FileError) -> Void) throws -> Void
  ) throws {
    let file = try FileAside(for: path)
    try body(file.write)
    try file.replace()
  }

  /// Creates a file that must not be there yet; durable when it returns. Of several processes that create the same
  /// name, one does.
  ///
  /// - Returns: false, with nothing changed, where the name is taken.
  package static func create(_ path: String, with bytes: [UInt8]) throws(FileError) -> Bool {
    do { return try create(path) { write throws(FileError) in try write(bytes) } } catch {
      throw error as? FileError ?? FileError("write", path)
    }
  }

  /// Likewise, of a file that is written piece by piece.
  ///
  /// - Parameter body: hands each piece to the function that it is given.
  /// - Throws: `FileError`, and what `body` throws; no file is there then.
  package static func create(
    _ path: String, _ body: (_ write: ([UInt8]) throws(FileError) -> Void) throws -> Void
  ) throws -> Bool {
    let file = try FileAside(for: path)
    try body(file.write)
    return try file.create()
  }

  /// Writes all bytes at the descriptor's position.
  package static func append(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(FileError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        withoutInterruption { write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written) }
      }
      guard count > 0 else { throw FileError("write", path, code: count == 0 ? ENOSPC : errno) }
      written += count
    }
  }

  /// Waits until what was written to the file is on the disk.
  package static func sync(_ descriptor: Int32, path: String) throws(FileError) {
    #if canImport(Darwin)
      // fsync alone leaves the data in the drive's cache there.
      let code = fcntl(descriptor, F_FULLFSYNC)
    #else
      let code = withoutInterruption { Int(fdatasync(descriptor)) }
    #endif
    guard code == 0 else { throw FileError("write", path) }
  }

  /// Makes names that were created or removed in a folder durable.
  package static func syncFolder(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("write", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw FileError("write", path) }
  }

  /// Creates a folder and those above it; does nothing where it is already there.
  package static func createFolder(_ path: String) throws(FileError) {
    if exists(path) {
      guard isFolder(path) else { throw FileError("create the folder", path, code: ENOTDIR) }
      return
    }
    let parent = folder(of: path)
    if parent != path { try createFolder(parent) }
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw FileError("create the folder", path) }
    try syncFolder(parent)
  }

  /// The names in a folder, sorted, without `.` and `..`; empty where there is no such folder.
  package static func names(in folder: String) throws(FileError) -> [String] {
    guard let stream = opendir(folder) else {
      if errno == ENOENT { return [] }
      throw FileError("list", folder)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
          String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Whether something has that name; a link to nothing does not count.
  package static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0
  }

  /// Whether there is a folder of that name, or a link to one.
  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether the name itself is a link, wherever it leads.
  package static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Removes a file, or a folder with all in it; does nothing where there is none.
  package static func remove(_ path: String) throws(FileError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in try names(in: path) { try remove(path + "/" + name) }
      guard rmdir(path) == 0 else { throw FileError("remove", path) }
    } else {
      guard unlink(path) == 0 else { throw FileError("remove", path) }
    }
  }

  /// The folder that holds the path; `.` for a bare name.
  package static func folder(of path: String) -> String {
    var path = Substring(path)
    while path.count > 1, path.last == "/" { path.removeLast() }
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

/// Calls again while a signal interrupts.
private func withoutInterruption(_ call: () -> Int) -> Int {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}

/// The system's call, whose name `DurableFiles.read` hides.
private func readBytes(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
  buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
}
