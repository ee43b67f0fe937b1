import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Files that were written aside, `NAME.PROCESS-NUMBER.partial`, and never got their name, since their writer was killed.
///
/// A writer holds a lock on its file, which the system takes back from a dead process: the process's number would not tell, as it
/// may be another's by now, or one of another machine's.
enum AbandonedFiles {
  private static let cleaned = Mutex<Set<String>>([])

  /// Creates a file to be written aside, which counts as alive until it is closed.
  ///
  /// - Parameter path: the name that it will have.
  static func createFile(for path: String, permissions: UInt32) throws(FileError) -> OpenFile {
    while true {
      // A name of its own each time, since several tasks of a process, and processes of one number, may write at once.
      let aside = path + ".\(getpid())-\(UInt64.random(in: .min ... .max)).partial"
      let file = try OpenFile(aside, for: .creating, permissions: permissions)
      // Between its creation and the lock another process may have taken it for an abandoned one.
      if try claim(file) { return file }
    }
  }

  /// Takes a file's lock.
  ///
  /// - Returns: false where another has it, or the file has lost its name.
  private static func claim(_ file: OpenFile) throws(FileError) -> Bool {
    do { guard try file.lock() else { return false } } catch {
      // File systems without locks: there nothing is ever taken for abandoned.
      guard Self.meansNoLocks(error) else { throw error }
    }
    let status = try file.status()
    let named = try DurableFiles.statusIfPresent(of: file.path, followingLink: false)
    return named?.number == status.number && named?.device == status.device
  }

  /// Removes the abandoned files of the folder that holds a path; once in each process and folder.
  static func clean(folderOf path: String) throws(FileError) {
    let folder = DurableFiles.folder(of: path)
    guard cleaned.withLock({ $0.insert(folder).inserted }) else { return }
    for name in try DurableFiles.names(in: folder) where isAside(name) {
      let path = folder + "/" + name
      do {
        let file = try OpenFile(path, for: .writing, followingLink: false)
        if try claim(file) { try DurableFiles.remove(path) }
      } catch {
        // It has its name by now, or is another user's.
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
