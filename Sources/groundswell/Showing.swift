import GroundswellEngine

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Prints outputs to standard output and a failure to standard error.
func show(_ result: CellResult) {
  for output in result.outputs { print(output.plainText) }
  if let failure = result.failure { printError(failure) }
}

func printError(_ text: String) {
  let line = Array((text + "\n").utf8)
  // Nothing is left to do where even the error cannot be written.
  _ = write(STDERR_FILENO, line, line.count)
}
