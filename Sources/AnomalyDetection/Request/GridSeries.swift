import CivilTime

/// Values with their places on an evenly spaced grid, which may have gaps.
struct GridSeries {
  let values: [Double]
  /// One for each value, ascending from 0.
  let indices: [Int]

  /// Steps from the first point to the last, both counted, gaps included.
  var length: Int { (indices.last ?? -1) + 1 }

  /// The share of the grid without a point, 0..<1.
  var missingRatio: Double { Double(length - values.count) / Double(length) }

  /// - Throws: an ``DetectionError/Code/invalidSeries`` that names the first point that lies off the grid.
  init(_ request: DetectionRequest) throws(DetectionError) {
    values = request.series.map(\.value)
    guard request.granularity != .none, let origin = request.series.first?.timestamp else {
      indices = Array(values.indices)
      return
    }
    var indices: [Int] = []
    indices.reserveCapacity(values.count)
    for (position, point) in request.series.enumerated() {
      guard let timestamp = point.timestamp,
        let index = request.granularity.steps(from: origin, to: timestamp, interval: request.customInterval),
        index > indices.last ?? -1
      else {
        throw DetectionError(
          .invalidSeries,
          "\(request.place(of: position)) lies off the grid of \(request.gridName) that begins at \(origin).",
          remedy: "Aggregate the series to that grid, or name the granularity and customInterval that it has.",
          fact: .offGrid(point: position))
      }
      indices.append(index)
    }
    self.indices = indices
  }
}

extension DetectionRequest {
  fileprivate var gridName: String {
    customInterval == 1 ? "\(granularity) steps" : "\(customInterval)-fold \(granularity) steps"
  }
}

extension Granularity {
  /// Whole steps between two instants; nil if the later one lies off the grid.
  fileprivate func steps(from origin: Timestamp, to timestamp: Timestamp, interval: Int) -> Int? {
    switch self {
    case .none: return nil
    case .yearly:
      let span = CalendarSpan(from: origin.date, to: timestamp.date)
      guard span.months == 0, span.days == 0, span.years % interval == 0 else { return nil }
      return span.years / interval
    case .monthly:
      let span = CalendarSpan(from: origin.date, to: timestamp.date)
      let months = 12 * span.years + span.months
      guard span.days == 0, months % interval == 0 else { return nil }
      return months / interval
    case .microsecond:
      let milliseconds = Int(timestamp.seconds * 1_000) - Int(origin.seconds * 1_000)
      return milliseconds % interval == 0 ? milliseconds / interval : nil
    case .weekly, .daily, .hourly, .minutely, .secondly:
      guard let secondsPerStep else { return nil }
      return Int(exactly: (timestamp.seconds - origin.seconds) / (secondsPerStep * Double(interval)))
    }
  }
}

extension Timestamp {
  /// Since the epoch, as a double: the service computed with these, so a fraction of a second may be off the grid
  /// by rounding.
  fileprivate var seconds: Double { Double(microseconds) / 1e6 }
}

/// Years, months and days between two dates, where the last day of a month stands for every later day that
/// the month does not have: from 31 January to 28 February is one month.
struct CalendarSpan: Equatable {
  var years: Int
  var months: Int
  var days: Int

  init(from earlier: CivilDate, to later: CivilDate) {
    years = later.year - earlier.year
    months = later.month - earlier.month
    let (laterEnds, earlierEnds) = (later.day == later.daysInMonth, earlier.day == earlier.daysInMonth)
    let shortMonth =
      later.daysInMonth != earlier.daysInMonth
      && (laterEnds && earlier.day > later.day || earlierEnds && later.day > earlier.day)
    if years == 0, months == 0 {
      days = later.day - earlier.day
    } else if later.day == earlier.day || laterEnds && earlierEnds || shortMonth {
      days = 0
    } else if later.day > earlier.day {
      days = later.day - earlier.day
    } else {
      days = earlier.daysInMonth - earlier.day + later.day
      months -= 1
    }
    if months < 0 {
      years -= 1
      months += 12
    }
  }
}
