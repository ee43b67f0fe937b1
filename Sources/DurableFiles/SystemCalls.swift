#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The result of a system call. Repeats the call after an interruption by a signal; every other failure (-1) is an error.
///
/// Every file system call goes through it: those on a descriptor in ``OpenFile``, those on a path in
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
