/// Gives each window that has events a slot, in the order in which they appear; where events are grouped by further fields,
/// each window and key.
///
/// Windows close together are found in an array; a stray one, of a year 0001 or 9999 in bad data, in a dictionary, so
/// that a wide span costs nothing. With keys all are found in a dictionary.
struct WindowIndex: Hashable, Sendable {
  /// From one window's start to the next, and a start to count from; nil where windows differ in length.
  private let grid: Grid?
  /// The start of each slot's window, in microseconds.
  private(set) var starts: [Int64] = []
  /// The number of each slot's key; all 0 where there are none.
  private(set) var keys: [Int32] = []
  private var keyed: [KeyedWindow: Int32] = [:]
  /// Slots of the windows from `denseFirst` on, by number of slides; -1 where none.
  private var dense: [Int32] = []
  private var denseFirst: Int64 = 0
  /// By number of slides, or by start where windows differ in length.
  private var sparse: [Int64: Int32] = [:]

  /// 2^20 hourly windows are 119 years; the array then takes 4 MiB.
  private static let denseLimit: Int64 = 1 << 20

  private struct Grid: Hashable {
    let slide: Int64
    let origin: Int64
  }

  init(_ windows: WindowSpecification) {
    grid = windows.zone == nil ? Grid(slide: windows.slide.microseconds, origin: windows.offset.microseconds) : nil
  }

  private struct KeyedWindow: Hashable {
    let start: Int64
    let key: Int32
  }

  /// The slot of a key's window, new where it has none yet.
  mutating func slot(of start: Int64, key: Int32) -> Int32 {
    let window = KeyedWindow(start: start, key: key)
    if let slot = keyed[window] { return slot }
    let slot = Int32(truncatingIfNeeded: starts.count)
    keyed[window] = slot
    starts.append(start)
    keys.append(key)
    return slot
  }

  /// The slot of the window that begins there, new where it has none yet.
  @inline(__always)
  mutating func slot(of start: Int64) -> Int32 {
    guard let grid else { return newSlot(of: start, number: nil) }
    // A start is a whole number of slides from the origin; near the first instant the difference may wrap, and then differs still.
    let number = (start &- grid.origin) / grid.slide
    let place = number &- denseFirst
    if place >= 0, place < Int64(dense.count) {
      let slot = dense[Int(place)]
      if slot >= 0 { return slot }
    }
    return newSlot(of: start, number: number)
  }

  /// - Parameter number: nil where windows differ in length; then the dictionary has all.
  private mutating func newSlot(of start: Int64, number: Int64?) -> Int32 {
    if let slot = sparse[number ?? start] { return slot }
    let slot = Int32(truncatingIfNeeded: starts.count)
    starts.append(start)
    keys.append(0)
    guard let number else {
      sparse[start] = slot
      return slot
    }
    if dense.isEmpty { denseFirst = number }
    let first = min(denseFirst, number)
    let last = max(denseFirst + Int64(dense.count) - 1, number)
    guard case let span = last.subtractingReportingOverflow(first), !span.overflow,
      span.partialValue < Self.denseLimit
    else {
      sparse[number] = slot
      return slot
    }
    if number < denseFirst {
      // Room below as well, so that a stream that runs backwards does not move the array at every step.
      let room = min(max(denseFirst - number, Int64(dense.count)), Self.denseLimit - Int64(dense.count))
      dense.insert(contentsOf: repeatElement(-1, count: Int(room)), at: 0)
      denseFirst -= room
    } else if number - denseFirst >= Int64(dense.count) {
      dense.append(contentsOf: repeatElement(-1, count: Int(number - denseFirst) + 1 - dense.count))
    }
    dense[Int(number - denseFirst)] = slot
    return slot
  }
}
