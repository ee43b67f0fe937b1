import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Files that were written aside, `NAME.PROCESS-NUMBER.partial`, and never renamed, since their writer was killed.
///
/// A writer locks its file, and the system releases the locks of a dead process. The process's number alone would not tell: it may belong
/// to a later process, or to one on another machine.
enum AbandonedFiles {
  private static let cleaned = Mutex<Set<String>>([])

  /// Creates a file to be written aside. It counts as alive until it is closed.
  ///
  /// - Parameter path: the file's final name.
  static func createFile(for path: String, permissions: UInt32) throws(FileError) -> OpenFile {
    while true {
      // The name is unique, since several tasks of a process, and processes with equal numbers, may write at once.
      let aside = path + ".\(getpid())-\(UInt64.random(in: .min ... .max)).partial"
      let file = try OpenFile(aside, for: .creating, permissions: permissions)
      // Before it was locked, another process may have removed it as abandoned.
      if try claim(file) { return file }
    }
  }

  /// Locks a file.
  ///
  /// - Returns: false if another process has the lock, or the file has lost its name.
  private static func claim(_ file: OpenFile) throws(FileError) -> Bool {
    do { guard try file.lock() else { return false } } catch {
      // Without locks in the file system, no file counts as abandoned.
      guard Self.meansNoLocks(error) else { throw error }
    }
    let status = try file.status()
    let named = try DurableFiles.statusIfPresent(of: file.path, followingLink: false)
    return named?.number == status.number && named?.device == status.device
  }

  /// Removes the abandoned files in the folder of a path, once per process and folder.
  static func clean(folderOf path: String) throws(FileError) {
    let folder = DurableFiles.folder(of: path)
    guard cleaned.withLock({ $0.insert(folder).inserted }) else { return }
    for name in try DurableFiles.names(in: folder) where isAside(name) {
      let path = folder + "/" + name
      do {
        let file = try OpenFile(path, for: .writing, followingLink: false)
        if try claim(file) { try DurableFiles.remove(path) }
      } catch {
        // It was renamed since, or belongs to another user.
        let isAnothers = error.isMissing || error.isLink || [EACCES, EPERM, EROFS].contains(error.code)
        guard isAnothers || meansNoLocks(error) else { throw error }
      }
    }
  }

  private static func isAside(_ name: String) -> Bool {
    let parts = name.split(separator: ".")
    guard parts.count > 2, parts.last == "partial" else { return false }
    let numbers = parts[parts.count - 2].split(separator: "-", omittingEmptySubsequences: false)
    return numbers.count == 2 && numbers.allSatisfy { UInt64($0) != nil }
  }

  private static func meansNoLocks(_ error: FileError) -> Bool {
    [ENOLCK, ENOSYS, EOPNOTSUPP, EINVAL].contains(error.code)
  }
}
