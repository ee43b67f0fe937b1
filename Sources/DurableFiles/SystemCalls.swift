#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a system call returns. Calls again while a signal interrupts; every other failure (-1) is an error.
///
/// Each call of the file system stands in one place behind this: those on a descriptor in ``OpenFile``, those on a path in
/// ``DurableFiles`` and ``FileStatus``.
@discardableResult
func checked<Number: FixedWidthInteger & SignedInteger>(
  _ action: String, _ path: String, _ call: () -> Number
) throws(FileError) -> Number {
  while true {
    let result = call()
    if result != -1 { return result }
    let code = errno
    if code != EINTR { throw FileError(action, path, code: code) }
  }
}
