#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the system knows of a file without reading it.
package struct FileStatus: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case file, folder, link
    /// A pipe, a device, a socket.
    case other
  }

  package let kind: Kind
  /// In bytes.
  package let size: Int64
  /// When it was last written to, in nanoseconds since 1970.
  package let modifiedNanoseconds: Int64
  /// Who may read and write: the lower 12 bits of a mode.
  package let permissions: UInt32
  package let owner: UInt32
  package let group: UInt32
  /// Stands for the file itself, whatever its names, together with `device`.
  package let number: UInt64
  package let device: UInt64

  /// When it was last written to, in milliseconds since 1970.
  package var modified: Int64 { modifiedNanoseconds / 1_000_000 }

  init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFLNK: .link
      default: .other
      }
    size = Int64(status.st_size)
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    modifiedNanoseconds = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    permissions = UInt32(status.st_mode & 0o7777)
    owner = UInt32(status.st_uid)
    group = UInt32(status.st_gid)
    number = UInt64(status.st_ino)
    device = UInt64(truncatingIfNeeded: status.st_dev)
  }
}

extension DurableFiles {
  /// What the system knows of the file of that name, or of the one that a link of that name leads to.
  ///
  /// - Throws: `FileError`, also where nothing has that name.
  package static func status(of path: String) throws(FileError) -> FileStatus {
    var status = stat()
    try checked("read", path) { stat(path, &status) }
    return FileStatus(status)
  }

  /// The same; nil where nothing has that name, or the name is a link to nothing.
  ///
  /// - Parameter followingLink: false for the status of the link itself.
  package static func statusIfPresent(
    of path: String, followingLink: Bool = true
  ) throws(FileError) -> FileStatus? {
    do {
      if followingLink { return try status(of: path) }
      var status = stat()
      try checked("read", path) { lstat(path, &status) }
      return FileStatus(status)
    } catch {
      // Nothing is below a name that is a file's.
      if error.code == ENOENT || error.code == ENOTDIR { return nil }
      throw error
    }
  }

  /// Whether something has that name; a link to nothing does not count.
  package static func exists(_ path: String) throws(FileError) -> Bool {
    try statusIfPresent(of: path) != nil
  }

  /// Whether there is a folder of that name, or a link to one.
  package static func isFolder(_ path: String) throws(FileError) -> Bool {
    try statusIfPresent(of: path)?.kind == .folder
  }

  /// Refuses a path on which a link stands below a folder, as one may in a workspace that came from elsewhere: what it leads to is
  /// not the folder's. Paths outside of the folder are their user's own.
  ///
  /// - Throws: `FileError`, with ``FileError/isLink`` and the link's path.
  package static func refuseLinks(on path: String, below folder: String) throws(FileError) {
    guard path.hasPrefix(folder + "/") else { return }
    var place = folder
    for name in path.dropFirst(folder.count + 1).split(separator: "/") {
      place += "/" + name
      if try isLink(place) { throw .link("use", place) }
    }
  }

  /// Whether the name itself is a link, wherever it leads.
  package static func isLink(_ path: String) throws(FileError) -> Bool {
    try statusIfPresent(of: path, followingLink: false)?.kind == .link
  }
}
