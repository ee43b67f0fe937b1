import DurableFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The right to write a partition.
struct PartitionLock: Sendable {
  private let lock: FileLock

  /// - Throws: ``HubError/locked(path:holder:)`` if another sender has it.
  init(folder: String) throws(HubError) {
    do { lock = try FileLock(folder + "/lock") } catch let held as FileLock.Held {
      throw HubError.locked(path: folder, holder: held.holder)
    } catch {
      throw HubError.of(error)
    }
  }
}

extension HubError {
  /// Wraps an error of the file system.
  static func of(_ error: any Error) -> HubError {
    if let error = error as? HubError { return error }
    if let error = error as? FileError { return .file(error) }
    return .file(FileError("use", "\(error)", code: EIO))
  }
}
