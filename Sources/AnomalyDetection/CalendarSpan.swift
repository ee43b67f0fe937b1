import CivilTime

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
