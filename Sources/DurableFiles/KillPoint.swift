import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A step of writing a file at which crash tests end the program, as a loss of power would.
///
/// `GROUNDSWELL_KILL_AT="in-place /commits/ 3"` kills the process the third time that a file whose path contains
/// `/commits/` was renamed and its folder is not yet synced. Without the variable nothing happens.
enum KillPoint: String {
  /// The file was created aside, and is empty.
  case begun
  case halfWritten = "half-written"
  /// The file is aside, whole and synced.
  case written
  /// The file has its own name; the folder is not synced.
  case inPlace = "in-place"
  case durable

  private struct Order {
    let point: KillPoint
    let path: String
    let times: Int
  }

  private static let order: Order? = {
    guard let text = getenv("GROUNDSWELL_KILL_AT") else { return nil }
    let words = String(cString: text).split(separator: " ")
    guard words.count == 3, let point = KillPoint(rawValue: String(words[0])), let times = Int(words[2]) else {
      return nil
    }
    return Order(point: point, path: String(words[1]), times: times)
  }()

  private static let count = Mutex(0)

  static func isArmed(_ point: KillPoint, _ path: String) -> Bool {
    guard let order else { return false }
    return order.point == point && path.contains(order.path)
  }

  static func reached(_ point: KillPoint, _ path: String) {
    guard isArmed(point, path) else { return }
    let times = count.withLock { count in
      count += 1
      return count
    }
    if times == order?.times { kill(getpid(), SIGKILL) }
  }
}
