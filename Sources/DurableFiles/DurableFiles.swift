#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Files that are whole or absent after a crash or a loss of power: written aside, synced, then renamed.
package enum DurableFiles {
  /// Reads a whole file.
  ///
  /// - Throws: `FileError`, also if the file is missing.
  package static func read(_ path: String) throws(FileError) -> [UInt8] {
    try OpenFile(path, for: .reading).readToEnd()
  }

  /// Reads a range of a file.
  ///
  /// - Returns: the bytes; fewer if the file ends earlier.
  package static func read(_ path: String, _ range: Range<Int>) throws(FileError) -> [UInt8] {
    try OpenFile(path, for: .reading).read(at: range.lowerBound, count: range.count)
  }

  /// Creates an empty folder that only the user can read, in TMPDIR or the system's temporary folder.
  ///
  /// - Returns: its path; the caller removes it.
  package static func makeTemporaryFolder() throws(FileError) -> String {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    let pattern = (folder.isEmpty ? P_tmpdir : folder) + "/groundswell-XXXXXX"
    var path = Array(pattern.utf8CString)
    try checked("create the folder", pattern) { mkdtemp(&path) == nil ? -1 : 0 }
    return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Writes a file, in place of one with the same name. Durable when it returns.
  ///
  /// - Parameter followingLink: false refuses a link of that name, with ``FileError/isLink``.
  package static func replace(
    _ path: String, with bytes: [UInt8], followingLink: Bool = true
  ) throws(FileError) {
    do { try replace(path, followingLink: followingLink) { write throws(FileError) in try write(bytes) } } catch {
      throw error as? FileError ?? FileError("write", path)
    }
  }

  /// Writes a file piece by piece, in place of one with the same name. Durable when it returns.
  ///
  /// - Parameter body: passes each piece to its argument.
  /// - Throws: `FileError`, and what `body` throws; what was there before stays then.
  package static func replace(
    _ path: String, followingLink: Bool = true, _ body: (_ write: ([UInt8]) throws(FileError) -> Void) throws -> Void
  ) throws {
    let file = try FileAside(for: path, followingLink: followingLink)
    try body(file.write)
    try file.replace()
  }

  /// Creates a file, unless one exists. Durable when it returns. If several processes create the same name at once, one
  /// succeeds.
  ///
  /// - Returns: false if the name exists; nothing is changed then.
  package static func create(_ path: String, with bytes: [UInt8]) throws(FileError) -> Bool {
    do { return try create(path) { write throws(FileError) in try write(bytes) } } catch {
      throw error as? FileError ?? FileError("write", path)
    }
  }

  /// Creates a file piece by piece, unless one exists. Durable when it returns.
  ///
  /// - Parameter body: passes each piece to its argument.
  /// - Throws: `FileError`, and what `body` throws; no file is there then.
  package static func create(
    _ path: String, _ body: (_ write: ([UInt8]) throws(FileError) -> Void) throws -> Void
  ) throws -> Bool {
    let file = try FileAside(for: path)
    try body(file.write)
    return try file.create()
  }

  /// Writes all bytes to a descriptor, at its position.
  ///
  /// - Parameter path: for errors.
  package static func append(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(FileError) {
    var written = 0
    while written < bytes.count {
      let count = try checked("write", path) {
        bytes.withUnsafeBytes { buffer in
          write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
        }
      }
      if count == 0 { throw FileError("write", path, code: ENOSPC) }
      written += count
    }
  }

  /// Makes the names in a folder durable, also those that a killed process created or removed.
  package static func syncFolder(_ path: String) throws(FileError) {
    try OpenFile(path, for: .folder).syncNames()
  }

  /// Creates a folder and its missing parents. Their names are durable when it returns.
  package static func createFolder(_ path: String) throws(FileError) {
    let parent = folder(of: path)
    if try exists(path) {
      guard try isFolder(path) else { throw FileError("create the folder", path, code: ENOTDIR) }
      // A process that was killed may have left the name unsynced.
      do { try syncFolder(parent) } catch { if error.code != EACCES { throw error } }
      return
    }
    if parent != path { try createFolder(parent) }
    do { try checked("create the folder", path) { mkdir(path, 0o755) } } catch {
      // Another process may create it at the same time.
      guard error.code == EEXIST, try isFolder(path) else { throw error }
    }
    try syncFolder(parent)
  }

  /// The names in a folder, sorted, without `.` and `..`; empty if the folder is missing.
  ///
  /// - Parameter followingLink: false refuses a link to a folder, with ``FileError/isLink``.
  package static func names(in folder: String, followingLink: Bool = true) throws(FileError) -> [String] {
    if !followingLink, try isLink(folder) { throw .link("list", folder) }
    var opened: OpaquePointer?
    do {
      try checked("list", folder) {
        opened = opendir(folder)
        return opened == nil ? -1 : 0
      }
    } catch {
      if error.isMissing { return [] }
      throw error
    }
    guard let opened else { return [] }
    defer { closedir(opened) }
    var names: [String] = []
    while let name = try nextName(opened, in: folder) {
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Nil at the end. `readdir` returns nothing for the end and for an error: only `errno` distinguishes them.
  private static func nextName(_ stream: OpaquePointer, in folder: String) throws(FileError) -> String? {
    var name: String?
    try checked("list", folder) {
      errno = 0
      guard let entry = readdir(stream) else { return errno == 0 ? 0 : -1 }
      name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
          String(cString: $0)
        }
      }
      return 0
    }
    return name
  }

  /// Removes a file, or a folder with its content; does nothing if it is missing. A link is removed, not what it leads to.
  package static func remove(_ path: String) throws(FileError) {
    guard let status = try statusIfPresent(of: path, followingLink: false) else { return }
    do {
      if status.kind == .folder {
        for name in try names(in: path) { try remove(path + "/" + name) }
        try checked("remove", path) { rmdir(path) }
      } else {
        try checked("remove", path) { unlink(path) }
      }
    } catch {
      // Another process may remove it at the same time.
      if !error.isMissing { throw error }
    }
  }

  /// Renames a file, in place of one with the new name. Not durable yet.
  static func rename(_ path: String, to name: String) throws(FileError) {
    try checked("write", name) { renameFile(path, name) }
  }

  /// Gives a file a second name. Unlike a rename, it never replaces a file. Not durable yet.
  ///
  /// - Returns: false if the name exists.
  static func link(_ path: String, as name: String) throws(FileError) -> Bool {
    do { try checked("write", name) { linkFile(path, name) } } catch {
      if error.code == EEXIST { return false }
      throw error
    }
    return true
  }

  /// The path without links on the way; the path itself if nothing exists there.
  static func resolved(_ path: String) throws(FileError) -> String {
    var real: UnsafeMutablePointer<CChar>?
    do {
      try checked("write", path) {
        real = realpath(path, nil)
        return real == nil ? -1 : 0
      }
    } catch {
      if error.code == ENOENT || error.code == ENOTDIR { return path }
      throw error
    }
    defer { free(real) }
    return real.map { String(cString: $0) } ?? path
  }

  /// The folder of a path; `.` for a bare name.
  package static func folder(of path: String) -> String {
    var path = Substring(path)
    while path.count > 1, path.last == "/" { path.removeLast() }
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

/// System calls whose names the enumeration hides.
private func renameFile(_ path: String, _ name: String) -> Int32 { rename(path, name) }
private func linkFile(_ path: String, _ name: String) -> Int32 { link(path, name) }
