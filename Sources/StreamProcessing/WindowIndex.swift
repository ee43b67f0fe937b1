/// Gives each window that has events a slot, in order of appearance; each window and key if events are grouped by further
/// fields.
///
/// An array finds windows close together; a dictionary finds stray ones, such as those of a year 0001 or 9999 in bad data,
/// so that a wide span costs nothing. With keys a dictionary finds all.
struct WindowIndex: Hashable, Sendable {
  /// From one window's start to the next, and a start to count from; nil if windows differ in length.
  private let grid: Grid?
  /// The start of each slot's window, in microseconds.
  private(set) var starts: [Int64] = []
  /// The number of each slot's key; 0 without keys.
  private(set) var keys: [Int32] = []
  private var keyed: [KeyedWindow: Int32] = [:]
  /// Slots of the windows from `denseFirst` on, by number of slides; -1 for none.
  private var dense: [Int32] = []
  private var denseFirst: Int64 = 0
  /// Slots by number of slides, or by start if windows differ in length.
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

  /// The slot of a key's window; a new one gets the next slot.
  mutating func slot(of start: Int64, key: Int32) -> Int32 {
    let window = KeyedWindow(start: start, key: key)
    if let slot = keyed[window] { return slot }
    let slot = Int32(truncatingIfNeeded: starts.count)
    keyed[window] = slot
    starts.append(start)
    keys.append(key)
    return slot
  }

  /// The slot of the window that begins at `start`; a new one gets the next slot.
  @inline(__always)
  mutating func slot(of start: Int64) -> Int32 {
    guard let grid else { return newSlot(of: start, number: nil) }
    // A start is a whole number of slides from the origin; near the first instant the difference wraps, and stays distinct.
    let number = (start &- grid.origin) / grid.slide
    let index = number &- denseFirst
    if index >= 0, index < Int64(dense.count) {
      let slot = dense[Int(index)]
      if slot >= 0 { return slot }
    }
    return newSlot(of: start, number: number)
  }

  /// - Parameter number: nil if windows differ in length; then the dictionary has all.
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
      // Extra room below, so that a stream that runs backwards does not move the array at every step.
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
