#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Resolves paths.
package enum RealPath {
  /// The absolute path without links, `.` and `..`, also of a file that does not exist yet; nil if that cannot be told, as
  /// for a link to nothing.
  package static func of(_ path: String) -> String? {
    if let real = existing(path) { return real }
    var status = stat()
    // A file written through a dangling link is created at its target.
    guard lstat(path, &status) != 0, errno == ENOENT else { return nil }
    var folder = path[...]
    while folder.count > 1, folder.last == "/" { folder.removeLast() }
    let name = folder.split(separator: "/").last ?? ""
    guard !["", ".", ".."].contains(name) else { return nil }
    folder = folder.dropLast(name.count)
    return of(folder.isEmpty ? "." : String(folder)).map { ($0 == "/" ? "" : $0) + "/" + name }
  }

  private static func existing(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  /// Whether a path, with its links followed, is a folder or within it.
  package static func isWithin(_ folder: String, _ path: String) -> Bool {
    guard let path = of(path), let folder = of(folder) else { return false }
    return path == folder || path.hasPrefix(folder == "/" ? folder : folder + "/")
  }
}
