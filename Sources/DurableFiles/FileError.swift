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

  package var isMissing: Bool { code == ENOENT }

  package var description: String {
    let wayOut =
      switch code {
      case ENOENT: "check the path; a relative one begins at the folder where the program was started"
      case EACCES, EPERM, EROFS: "choose a folder that you may write to, or change its permissions"
      case ENOSPC, EDQUOT: "make room on the disk, then run it again: what was there before is untouched"
      case EISDIR: "name a file, not a folder"
      case ENOTDIR, EEXIST: "a file stands where a folder should be; name another place or move it away"
      default: "nothing was changed"
      }
    return "cannot \(action) \(path): \(String(cString: strerror(code)))\n\(wayOut)"
  }
}
