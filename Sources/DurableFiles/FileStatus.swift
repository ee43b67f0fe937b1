#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The properties of a file that the system knows without reading it.
package struct FileStatus: Hashable, Sendable {
  /// What kind of file it is.
  package enum Kind: Hashable, Sendable {
    case file, folder, link
    /// A pipe, a device or a socket.
    case other
  }

  /// What kind of file it is.
  package let kind: Kind
  /// In bytes.
  package let size: Int64
  /// When it was last written to, in nanoseconds since 1970, UTC.
  package let modifiedNanoseconds: Int64
  /// The lower 12 bits of the mode.
  package let permissions: UInt32
  /// The owner's number.
  package let owner: UInt32
  /// The group's number.
  package let group: UInt32
  /// Identifies the file, whatever its names, together with `device`.
  package let number: UInt64
  /// The number of the file's device.
  package let device: UInt64

  /// When it was last written to, in milliseconds since 1970, UTC.
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
  /// The status of a file; for a link, of the file that it leads to.
  ///
  /// - Throws: `FileError`, also where nothing has that name.
  package static func status(of path: String) throws(FileError) -> FileStatus {
    var status = stat()
    try checked("read", path) { stat(path, &status) }
    return FileStatus(status)
  }

  /// The status of a file; nil if the file is missing, or the name is a link to nothing.
  ///
  /// - Parameter followingLink: false returns the status of the link itself.
  package static func statusIfPresent(
    of path: String, followingLink: Bool = true
  ) throws(FileError) -> FileStatus? {
    do {
      if followingLink { return try status(of: path) }
      var status = stat()
      try checked("read", path) { lstat(path, &status) }
      return FileStatus(status)
    } catch {
      // A path below a file does not exist.
      if error.code == ENOENT || error.code == ENOTDIR { return nil }
      throw error
    }
  }

  /// Whether a file exists; a link to nothing does not count.
  package static func exists(_ path: String) throws(FileError) -> Bool {
    try statusIfPresent(of: path) != nil
  }

  /// Whether the path is a folder, or a link to one.
  package static func isFolder(_ path: String) throws(FileError) -> Bool {
    try statusIfPresent(of: path)?.kind == .folder
  }
}
