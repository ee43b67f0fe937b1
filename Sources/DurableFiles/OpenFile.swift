import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open file, closed when its last reference is released.
package final class OpenFile: Sendable {
  /// What a file is opened for.
  package enum Purpose: Sendable {
    /// Reads an existing file; does not wait for a pipe's writer.
    case reading
    /// Reads and writes a file; creates it if missing.
    case updating
    /// Writes to an existing file.
    case writing
    /// Writes to a file that must not exist yet.
    case creating
    /// Opens a folder, to sync it.
    case folder

    fileprivate var flags: Int32 {
      switch self {
      case .reading: O_RDONLY | O_NONBLOCK
      case .updating: O_RDWR | O_CREAT
      case .writing: O_WRONLY
      case .creating: O_WRONLY | O_CREAT | O_EXCL
      case .folder: O_RDONLY | O_DIRECTORY
      }
    }

    fileprivate var action: String {
      switch self {
      case .reading: "read"
      case .updating, .writing, .creating, .folder: "write"
      }
    }
  }

  /// The path that was opened, for errors.
  package let path: String
  /// The system's number of the file, constant until it is closed; for calls that a single caller makes.
  package let descriptor: Int32
  private let isOpen = Mutex(true)

  /// - Parameters:
  ///   - permissions: the mode of a file that is created, less the process's mask.
  ///   - followingLink: false refuses a path whose last name is a link, with ``FileError/isLink``.
  package init(
    _ path: String, for purpose: Purpose, permissions: UInt32 = 0o644, followingLink: Bool = true
  ) throws(FileError) {
    self.path = path
    let flags = purpose.flags | O_CLOEXEC | (followingLink ? 0 : O_NOFOLLOW)
    descriptor = try checked(purpose.action, path) { open(path, flags, mode_t(permissions)) }
  }

  deinit { try? close() }

  /// Closes the file, once. No other call may follow.
  ///
  /// - Throws: `FileError` where the system could not keep what was written.
  package func close() throws(FileError) {
    let wasOpen = isOpen.withLock { isOpen in
      defer { isOpen = false }
      return isOpen
    }
    guard wasOpen, closeDescriptor(descriptor) != 0 else { return }
    let code = errno
    // After an interruption the descriptor is closed as well: a second call could close another thread's file.
    if code != EINTR { throw FileError("write", path, code: code) }
  }

  /// The file's status now.
  package func status() throws(FileError) -> FileStatus {
    var status = stat()
    try checked("read", path) { fstat(descriptor, &status) }
    return FileStatus(status)
  }

  /// The file's length now, in bytes.
  package func length() throws(FileError) -> Int { Int(try status().size) }

  /// The bytes at a position; fewer if the file ends earlier.
  package func read(at position: Int, count: Int) throws(FileError) -> [UInt8] {
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(FileError) {
        while filled < count {
          let got = try checked("read", path) {
            pread(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, off_t(position + filled))
          }
          if got == 0 { return }
          filled += got
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// The bytes from the descriptor's position to the end.
  package func readToEnd() throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try checked("read", path) {
        buffer.withUnsafeMutableBytes { readDescriptor(descriptor, $0.baseAddress, $0.count) }
      }
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
    }
  }

  /// Writes all bytes, at the descriptor's position.
  package func append(_ bytes: [UInt8]) throws(FileError) {
    try DurableFiles.append(bytes, to: descriptor, path: path)
  }

  /// Truncates the file, and moves the descriptor's position to its end.
  package func truncate(to length: Int) throws(FileError) {
    try checked("write", path) { ftruncate(descriptor, off_t(length)) }
    try checked("write", path) { lseek(descriptor, off_t(length), SEEK_SET) }
  }

  /// Sets the file's owner, if the system permits, and its permissions.
  package func setOwner(_ owner: UInt32, group: UInt32, permissions: UInt32) throws(FileError) {
    do { try checked("write", path) { fchown(descriptor, owner, group) } } catch {
      // Only the administrator may change owners.
      guard error.code == EPERM || error.code == EINVAL else { throw error }
    }
    // Permissions come last: changing the owner may clear bits of the mode.
    try checked("write", path) { fchmod(descriptor, mode_t(permissions)) }
  }

  /// Syncs the file's content to disk, whichever process wrote it.
  package func sync() throws(FileError) {
    do {
      #if canImport(Darwin)
        // On macOS fsync alone leaves the data in the drive's cache.
        try checked("write", path) { fcntl(descriptor, F_FULLFSYNC) }
      #else
        try checked("write", path) { fdatasync(descriptor) }
      #endif
    } catch {
      // A read-only file system has no unsynced data.
      guard error.code == EROFS else { throw error }
    }
  }

  /// Syncs the folder's names to disk.
  func syncNames() throws(FileError) {
    do { try checked("write", path) { fsync(descriptor) } } catch {
      // File systems without such a sync, and read-only ones, report it.
      guard error.code == EINVAL || error.code == EROFS else { throw error }
    }
  }

  /// Takes the advisory lock, which lasts until the file is closed.
  ///
  /// - Parameter waiting: whether to wait until another holder releases it.
  /// - Returns: false if another holder has it.
  package func lock(waiting: Bool = false) throws(FileError) -> Bool {
    do { try checked("lock", path) { flock(descriptor, LOCK_EX | (waiting ? 0 : LOCK_NB)) } } catch {
      if error.code == EWOULDBLOCK { return false }
      throw error
    }
    return true
  }
}

/// System calls whose names the class hides.
private func readDescriptor(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, bytes, count)
}

private func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }
