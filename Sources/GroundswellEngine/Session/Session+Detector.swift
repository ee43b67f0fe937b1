import AnomalyDetection

extension Session {
  /// A detector with a command's settings, from the source that was connected last.
  nonisolated func detector(_ options: DetectionOptions) -> any Detector {
    detectors.source.detector(DetectionSettings(options))
  }
}
