import AnomalyDetection
import Synchronization

/// How a command wants a series judged.
struct DetectionSettings: Hashable, Sendable {
  var sensitivity = 95
  var maxAnomalyRatio = 0.25
  /// In points; 0 for no season; nil to have it detected.
  var period: Int?
  var gaps = GapFilling.automatic
}

/// Where a session's detectors come from, as `connect detector` chooses.
struct DetectorSource: Sendable {
  /// `built-in`.
  let name: String
  /// A detector with a command's settings.
  let detector: @Sendable (DetectionSettings) -> any Detector

  /// The Azure-equal detector, in process.
  static let builtIn = DetectorSource(name: "built-in") { settings in
    AzureDetector(
      sensitivity: settings.sensitivity, maxAnomalyRatio: settings.maxAnomalyRatio, period: settings.period,
      gaps: settings.gaps)
  }
}

/// The source that `connect detector` chose last; SQL's functions ask it from other threads.
final class ChosenDetectors: Sendable {
  private let chosen = Mutex(DetectorSource.builtIn)

  var source: DetectorSource {
    get { chosen.withLock { $0 } }
    set { chosen.withLock { $0 = newValue } }
  }
}
