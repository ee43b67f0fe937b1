import Dispatch
import DurableFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reports changes in the files of folders, through inotify on Linux and kqueue on macOS.
final class FolderWatch: Sendable {
  /// Has an element after each change, or after several; ends when the waiting task is cancelled or the watch is released.
  let changes: AsyncStream<Void>
  // Dispatch sources may be cancelled from any thread; nothing else is done with them after init.
  nonisolated(unsafe) private let sources: [any DispatchSourceProtocol]

  #if canImport(Darwin)
    init(_ folders: [String]) throws {
      let (changes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
      self.changes = changes
      // A folder reports new files; each file reports writes to it.
      let paths = try folders.flatMap { folder in
        [folder] + (try DurableFiles.names(in: folder)).map { folder + "/" + $0 }
      }
      sources = try paths.map { path in
        let descriptor = open(path, O_EVTONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("watch", path) }
        let source = DispatchSource.makeFileSystemObjectSource(
          fileDescriptor: descriptor, eventMask: [.write, .extend, .delete, .rename], queue: .global())
        source.setEventHandler { continuation.yield() }
        source.setCancelHandler { close(descriptor) }
        source.resume()
        return source
      }
    }
  #else
    init(_ folders: [String]) throws {
      let (changes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
      self.changes = changes
      let descriptor: Int32
      do { descriptor = try Self.watch(folders) } catch  where error.isExhausted {
        // The user has no watches left: poll.
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now() + Self.pollInterval, repeating: Self.pollInterval)
        timer.setEventHandler { continuation.yield() }
        timer.resume()
        sources = [timer]
        return
      }
      let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .global())
      source.setEventHandler {
        var buffer = [UInt8](repeating: 0, count: 4096)
        // The kind of change does not matter.
        while read(descriptor, &buffer, buffer.count) > 0 {}
        continuation.yield()
      }
      source.setCancelHandler { close(descriptor) }
      source.resume()
      sources = [source]
    }

    private static let pollInterval = DispatchTimeInterval.milliseconds(250)

    /// A descriptor that becomes readable when something changes.
    private static func watch(_ folders: [String]) throws(FileError) -> Int32 {
      let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
      guard descriptor >= 0 else { throw FileError("watch", folders.first ?? "") }
      for folder in folders {
        let events = UInt32(IN_MODIFY | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF)
        guard inotify_add_watch(descriptor, folder, events) >= 0 else {
          let error = FileError("watch", folder)
          close(descriptor)
          throw error
        }
      }
      return descriptor
    }
  #endif

  deinit {
    for source in sources { source.cancel() }
  }
}
