import DurableFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The right to write a partition: an advisory lock on its lock file, which the system takes back from a dead process.
/// The file says who holds it, for the other's error message.
struct PartitionLock: Sendable {
  private let file: OpenFile

  /// - Throws: ``HubError/locked(path:holder:)`` when somebody has it.
  init(folder: String) throws(HubError) {
    do {
      file = try OpenFile(folder + "/lock", flags: O_RDWR | O_CREAT)
      guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else {
        guard errno == EWOULDBLOCK else { throw FileError("lock", file.path) }
        let holder = String(decoding: try file.read(at: 0, count: 200), as: UTF8.self)
        throw HubError.locked(path: folder, holder: holder.isEmpty ? "another process" : holder)
      }
      try file.truncate(to: 0)
      let name = CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? "a process"
      try DurableFiles.append(Array("\(name) (process \(getpid()))".utf8), to: file.descriptor, path: file.path)
    } catch let error as HubError {
      throw error
    } catch {
      throw HubError.of(error)
    }
  }
}

extension HubError {
  /// Wraps what the file system said.
  static func of(_ error: any Error) -> HubError {
    if let error = error as? HubError { return error }
    if let error = error as? FileError { return .file(error) }
    return .file(FileError("use", "\(error)", code: EIO))
  }
}
