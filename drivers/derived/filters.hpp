#pragma once

// The filters that the algorithms are made of. They take one sample at a time and hold no more than their own length.

#include <cstddef>
#include <vector>

namespace vitald {

// Mean of the last `samples` (rounded, at least one). Its delay is exact: (length - 1) / 2 samples at any frequency.
class MovingAverage {
 public:
  explicit MovingAverage(double samples);

  double add(double value);
  double delay() const { return (static_cast<double>(window_.size()) - 1) / 2; }

 private:
  std::vector<double> window_;
  std::size_t next_ = 0;
  double sum_ = 0;
  bool first_ = true;
};

// Difference to the sample `samples` before (rounded, at least one).
class Difference {
 public:
  explicit Difference(double samples);

  double add(double value);
  double delay() const { return static_cast<double>(window_.size()) / 2; }

 private:
  std::vector<double> window_;
  std::size_t next_ = 0;
  bool first_ = true;
};

// Butterworth of second order. Begins as if the first sample had been there for ever.
class Butterworth {
 public:
  enum class Pass { low, high };
  // Frequencies in Hz; the corner is kept below half the rate.
  Butterworth(Pass pass, double corner_hz, double rate_hz);

  double add(double value);
  void restart() { first_ = true; }

 private:
  double b0_, b1_, b2_, a1_, a2_;
  double s1_ = 0, s2_ = 0;
  bool first_ = true;
};

// A sample as the algorithms can use it: what is no number, or none that a sensor gives, becomes the one before.
class Cleaner {
 public:
  double operator()(double value);

 private:
  double last_ = 0;
};

// Brings a signal down to a lower rate: the mean of each slot of 1 / to_hz seconds. At or below that rate it goes
// through as it is.
class SlotMeans {
 public:
  SlotMeans(double rate_hz, double to_hz);

  // True when a slot was completed: value() is its mean.
  bool add(double value);
  double value() const { return value_; }
  double rate_hz() const { return slot_hz_; }
  // Where the middle of a slot was, in samples of the signal.
  double sample_of(double slot) const;

 private:
  double rate_hz_, slot_hz_;
  double sum_ = 0, value_ = 0;
  long long samples_ = 0, slots_ = 0, in_slot_ = 0;
};

}  // namespace vitald
