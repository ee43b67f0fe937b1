#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the file system refused.
package struct FileError: Error, Hashable, CustomStringConvertible {
  /// What was tried: `read`, `write`, `create the folder`.
  package let action: String
  package let path: String
  /// The system's error number.
  package let code: Int32

  package init(_ action: String, _ path: String, code: Int32 = errno) {
    self.action = action
    self.path = path
    self.code = code
  }

  /// Of a link where none is followed.
  static func link(_ action: String, _ path: String) -> FileError { FileError(action, path, code: ELOOP) }

  package var isMissing: Bool { code == ENOENT }

  /// Whether a link stood where none is followed.
  package var isLink: Bool { code == ELOOP }

  /// Whether the system has no more of what the call needs, be it watches, descriptors or memory; of a write, room on the disk.
  package var isExhausted: Bool { [ENOSPC, EMFILE, ENFILE, ENOMEM].contains(code) }

  /// The system's words for the error.
  package var reason: String { String(cString: strerror(code)) }

  package var description: String {
    if isLink {
      return "cannot \(action) \(path): it is a link\nput the file or folder itself in its place, or remove the link"
    }
    return "cannot \(action) \(path): \(String(cString: strerror(code)))\n\(remedy)"
  }

  private var remedy: String {
    switch code {
    case ENOENT: "check the path; a relative one begins at the folder where the program was started"
    case EACCES, EPERM, EROFS: "choose a folder that you may write to, or change its permissions"
    case ENOSPC, EDQUOT: "make room on the disk, then run it again: what was there before is untouched"
    case EISDIR: "name a file, not a folder"
    case ENOTDIR, EEXIST: "a file stands where a folder should be; name another place or move it away"
    case ENOTEMPTY: "another program writes to the folder: end it, then run it again"
    case EIO: "check the disk and the system's log: it could not be read or written there"
    case EMFILE, ENFILE: "close other programs, or raise the limit of open files: ulimit -n"
    case ENAMETOOLONG: "choose a shorter name"
    case EAGAIN: "run it again when the other program has let go of it"
    case ESTALE, ENXIO, ENODEV: "check that the disk or the share is still connected"
    default: "nothing was changed"
    }
  }
}
