// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/run_moments.h"

#include <gmock/gmock.h>

#include <array>
#include <ctime>
#include <random>

#include "config/director_resources.h"
#include "config/load.h"
#include "testing/config/memory_surroundings.h"
#include "testing/jobs/time_zone.h"

namespace holdfast::jobs {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using testing_support::central_europe;
using testing_support::MemorySurroundings;
using testing_support::TimeZone;

Moment utc(int year, unsigned month, unsigned day, int hour, int minute = 0) {
  return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day)) +
         hours(hour) + minutes(minute);
}

std::vector<config::RunTimes> times_of(const std::vector<std::string>& lines) {
  std::string text = "Schedule {\n Name = s\n";
  for (const std::string& line : lines) text += " Run = " + line + "\n";
  MemorySurroundings surroundings(text + "}\n");
  const auto loaded = config::load_director("test.conf", surroundings, config::Depth::parsed);
  for (const auto& error : loaded.errors) ADD_FAILURE() << error.render();
  std::vector<config::RunTimes> times;
  for (const auto& run : loaded.value.schedules.front().runs) times.push_back(run.times);
  return times;
}

std::vector<Moment> moments(const std::string& line, Moment after, std::size_t count) {
  const auto times = times_of({line}).front();
  RunMoments sequence(times, after);
  std::vector<Moment> found;
  while (found.size() < count) {
    const auto when = sequence.next();
    if (!when) break;
    found.push_back(*when);
  }
  return found;
}

TEST(RunMoments, FollowTheClocksOfThePlace) {
  const TimeZone zone(central_europe);
  EXPECT_THAT(moments("Full at 2:30", utc(2026, 3, 10, 12), 2),
              ElementsAre(utc(2026, 3, 11, 1, 30), utc(2026, 3, 12, 1, 30)));
  EXPECT_THAT(moments("Full at 2:30", utc(2026, 7, 10, 12), 1), ElementsAre(utc(2026, 7, 11, 0, 30)));
}

TEST(RunMoments, TakePlaceOnceBehindAnHourThatIsSkipped) {
  const TimeZone zone(central_europe);
  // On 29 March 2026, 2:00 is followed by 3:00.
  EXPECT_THAT(moments("Full at 2:30", utc(2026, 3, 27, 12), 3),
              ElementsAre(utc(2026, 3, 28, 1, 30), utc(2026, 3, 29, 1, 30), utc(2026, 3, 30, 0, 30)));
  EXPECT_THAT(moments("Full hourly at 0:30", utc(2026, 3, 29, 0), 3),
              ElementsAre(utc(2026, 3, 29, 0, 30), utc(2026, 3, 29, 1, 30), utc(2026, 3, 29, 2, 30)));
}

TEST(RunMoments, TakePlaceOnceInAnHourThatComesTwice) {
  const TimeZone zone(central_europe);
  // On 25 October 2026, 2:59 is followed by 2:00.
  EXPECT_THAT(moments("Full at 2:30", utc(2026, 10, 24, 12), 2),
              ElementsAre(utc(2026, 10, 25, 0, 30), utc(2026, 10, 26, 1, 30)));
  EXPECT_THAT(moments("Full hourly at 0:30", utc(2026, 10, 25, 0), 2),
              ElementsAre(utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 2, 30)));
}

TEST(RunMoments, BeginBehindTheMomentGivenAlsoWithinTheHour) {
  const TimeZone zone("UTC0");
  EXPECT_THAT(moments("Full at 10:20", utc(2026, 3, 11, 10, 20), 1), ElementsAre(utc(2026, 3, 12, 10, 20)));
  EXPECT_THAT(moments("Full at 10:20", utc(2026, 3, 11, 10, 19), 1), ElementsAre(utc(2026, 3, 11, 10, 20)));
}

TEST(RunMoments, KnowDaysThatNeverCome) {
  const TimeZone zone("UTC0");
  EXPECT_THAT(moments("Full on 31 feb at 2:00", utc(2026, 1, 1, 0), 1), ElementsAre());
  EXPECT_THAT(moments("Full sun on 29 feb at 2:00", utc(2026, 1, 1, 0), 1), ElementsAre(utc(2032, 2, 29, 2)));
}

/// The sets a line of words means, each as bits, kept apart from those the parser makes.
struct Sets {
  std::uint64_t hours = 0xFFFFFF;
  std::uint64_t month_days = 0x7FFFFFFF;
  std::uint64_t week_days = 0x7F;
  std::uint64_t months = 0xFFF;
  std::uint64_t month_weeks = 0x1F;
  std::uint64_t year_weeks = (std::uint64_t{1} << 54) - 1;
  bool last_week = false;
  unsigned minute = 0;
};

/// Makes Run lines, and what they mean, at random.
class Lines {
 public:
  explicit Lines(unsigned seed) : random_(seed) {}

  std::pair<std::string, Sets> make() {
    text_ = "Full";
    sets_ = {};
    const bool has_week = chance(15);
    if (has_week) restrict(sets_.year_weeks, 54, "w", 0, 20);
    if (chance(25)) restrict(sets_.months, 12, month_names, 4);
    if (chance(60)) restrict(sets_.week_days, 7, day_names, 3);
    if (chance(25)) add_month_weeks();
    if (chance(25)) restrict(sets_.month_days, 31, " ", 1, 6);
    add_times();
    return {text_, sets_};
  }

 private:
  static constexpr std::array<const char*, 12> month_names{"jan", "feb", "mar", "apr", "may", "jun",
                                                           "jul", "aug", "sep", "oct", "nov", "dec"};
  static constexpr std::array<const char*, 7> day_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  static constexpr std::array<const char*, 5> week_names{"1st", "2nd", "third", "4th", "5th"};

  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
  bool chance(unsigned percent) { return below(100) < percent; }

  /// Bits from..to, around the end where `to` lies before; all where they are equal.
  static std::uint64_t range(unsigned from, unsigned to, unsigned size) {
    std::uint64_t bits = 0;
    unsigned at = from;
    do {
      bits |= std::uint64_t{1} << at;
      if (at == to && from != to) break;
      at = (at + 1) % size;
    } while (at != from);
    return bits;
  }

  /// Numbers, from `first` on: "5", "20-5", "1/7", or with "w" in front and two digits.
  void restrict(std::uint64_t& set, unsigned size, const std::string& prefix, unsigned first,
                unsigned most_words) {
    const auto name = [&](unsigned bit) {
      return prefix == "w" ? fmt::format("w{:02}", bit + first) : std::to_string(bit + first);
    };
    set = 0;
    for (unsigned words = 1 + below(most_words / 5 + 1); words > 0; --words) {
      const unsigned from = below(size);
      const unsigned kind = below(4);
      if (kind < 2) {
        set |= std::uint64_t{1} << from;
        text_ += " on " + name(from);
      } else if (kind == 2) {
        const unsigned to = below(size);
        set |= range(from, to, size);
        text_ += " on " + name(from) + "-" + name(to);
      } else {
        const unsigned step = 2 + below(20);
        const unsigned start = below(step);
        for (unsigned bit = start; bit < size; bit += step) set |= std::uint64_t{1} << bit;
        // The interval has no offset: "1/2" is every second day from the 1st.
        text_ +=
            " on " + name(start) + "/" + (prefix == "w" ? fmt::format("w{:02}", step) : std::to_string(step));
      }
    }
  }

  template <std::size_t count>
  void restrict(std::uint64_t& set, unsigned size, const std::array<const char*, count>& names,
                unsigned most_words) {
    set = 0;
    for (unsigned words = 1 + below(most_words); words > 0; --words) {
      const unsigned from = below(size);
      const unsigned to = below(size);
      if (chance(50) || from == to) {
        set |= std::uint64_t{1} << from;
        text_ += std::string(" ") + names[from];
      } else {
        set |= range(from, to, size);
        text_ += std::string(" ") + names[from] + "-" + names[to];
      }
    }
  }

  void add_month_weeks() {
    const bool has_ordinals = chance(70);
    if (has_ordinals) restrict(sets_.month_weeks, 5, week_names, 2);
    if (has_ordinals && chance(70)) return;
    if (!has_ordinals) sets_.month_weeks = 0;
    sets_.last_week = true;
    text_ += " last";
  }

  void add_times() {
    if (chance(1)) {
      text_ += " hourly at 0:15";
      sets_.minute = 15;
      return;
    }
    if (chance(1)) {
      text_ += " on";  // or there would be no word at all
      return;
    }
    sets_.hours = 0;
    text_ += " at";
    for (unsigned words = 1 + below(2); words > 0; --words) {
      const unsigned hour = below(24);
      sets_.hours |= std::uint64_t{1} << hour;
      sets_.minute = below(60);
      text_ += fmt::format(" {}:{:02}", hour, sets_.minute);
    }
  }

  std::mt19937 random_;
  std::string text_;
  Sets sets_;
};

/// What a clock on the wall shows in a minute, as one bit of each set.
struct Wall {
  explicit Wall(const std::tm& fields)
      : hour(static_cast<unsigned>(fields.tm_hour)), minute(static_cast<unsigned>(fields.tm_min)) {
    const auto month_day = static_cast<unsigned>(fields.tm_mday);
    const auto week_day = static_cast<unsigned>(fields.tm_wday);
    static constexpr unsigned lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const unsigned length = lengths[fields.tm_mon] + (fields.tm_mon == 1 && fields.tm_year % 4 == 0 ? 1 : 0);
    month_days = std::uint64_t{1} << (month_day - 1);
    week_days = std::uint64_t{1} << week_day;
    months = std::uint64_t{1} << fields.tm_mon;
    month_weeks = std::uint64_t{1} << ((month_day - 1) / 7);
    is_last_week = month_day > length - 7;
    // Weeks begin on Monday; the first is the one that holds the 4th of January.
    const int monday = fields.tm_yday - static_cast<int>((week_day + 6) % 7);
    year_weeks = std::uint64_t{1} << (monday < -3 ? 0 : (monday + 3) / 7 + 1);
  }

  bool is_in(const Sets& sets) const {
    return (sets.month_days & month_days) != 0 && (sets.week_days & week_days) != 0 &&
           (sets.months & months) != 0 && (sets.year_weeks & year_weeks) != 0 &&
           ((sets.month_weeks & month_weeks) != 0 || (sets.last_week && is_last_week));
  }

  unsigned hour, minute;
  std::uint64_t month_days, week_days, months, month_weeks, year_weeks;
  bool is_last_week;
};

/// Looks at every minute whether a line matches it.
class MinuteByMinute {
 public:
  explicit MinuteByMinute(const std::vector<Sets>& lines) : lines_(lines) {
    for (std::size_t line = 0; line < lines.size(); ++line)
      for (unsigned hour = 0; hour < 24; ++hour)
        if ((lines[line].hours >> hour & 1) != 0) by_time_[hour * 60 + lines[line].minute].push_back(line);
  }

  /// Calls `visit(line, moment)` for every run from `from` to `to`.
  template <typename Visit>
  void run(std::time_t from, std::time_t to, Visit&& visit) {
    std::time_t wall_seen = 0;
    std::time_t skipped = 0, skipped_until = 0;
    for (std::time_t now = from; now < to; now += 60) {
      std::tm fields{};
      localtime_r(&now, &fields);
      const std::time_t wall = now + fields.tm_gmtoff;
      // The clocks go forward: for as long as they skipped, the times they did not show are due as well.
      if (wall_seen != 0 && wall > wall_seen + 60) {
        skipped = wall - wall_seen - 60;
        skipped_until = now + skipped;
      }
      due_.clear();
      // They go back: what they show again was there.
      if (wall > wall_seen) add(fields);
      wall_seen = std::max(wall_seen, wall);
      if (now < skipped_until) {
        std::time_t hidden = wall - skipped;
        std::tm unseen{};
        gmtime_r(&hidden, &unseen);
        add(unseen);
        std::sort(due_.begin(), due_.end());
        due_.erase(std::unique(due_.begin(), due_.end()), due_.end());
      }
      for (const std::size_t line : due_) visit(line, now);
    }
  }

 private:
  void add(const std::tm& fields) {
    const auto& candidates = by_time_[static_cast<std::size_t>(fields.tm_hour * 60 + fields.tm_min)];
    if (candidates.empty()) return;
    const Wall wall(fields);
    for (const std::size_t line : candidates)
      if (wall.is_in(lines_[line])) due_.push_back(line);
  }

  const std::vector<Sets>& lines_;
  std::array<std::vector<std::size_t>, 24 * 60> by_time_;
  std::vector<std::size_t> due_;
};

// 10,000 lines through the parser, over three years with their changes of clocks and a leap day.
TEST(RunMoments, AreThoseThatALookAtEveryMinuteFinds) {
  constexpr unsigned seed = 20261123;
  const TimeZone zone(central_europe);
  Lines generator(seed);
  std::vector<std::string> texts;
  std::vector<Sets> sets;
  for (int i = 0; i < 10'000; ++i) {
    auto [text, meaning] = generator.make();
    texts.push_back(std::move(text));
    sets.push_back(meaning);
  }
  const auto times = times_of(texts);
  ASSERT_EQ(times.size(), texts.size());

  const Moment from = utc(2027, 1, 1, 0), to = utc(2030, 1, 1, 0);
  std::vector<RunMoments> sequences;
  std::vector<std::optional<Moment>> next;
  for (const auto& each : times) {
    sequences.emplace_back(each, from - std::chrono::seconds(1));
    next.push_back(sequences.back().next());
  }
  std::size_t runs = 0, wrong = 0;
  MinuteByMinute(sets).run(
      from.time_since_epoch().count(), to.time_since_epoch().count(), [&](std::size_t line, std::time_t now) {
        ++runs;
        const Moment moment{std::chrono::seconds(now)};
        if (next[line] != moment && wrong++ == 0)
          ADD_FAILURE() << texts[line] << " at " << catalog::to_text(moment) << " seed " << seed;
        next[line] = sequences[line].next();
      });
  for (std::size_t line = 0; line < texts.size() && wrong == 0; ++line)
    ASSERT_TRUE(!next[line] || *next[line] >= to) << texts[line] << " seed " << seed;
  EXPECT_GT(runs, 500'000U);
}

}  // namespace
}  // namespace holdfast::jobs
