// What the main thread does from outside: [[post]], [[set]], [[close]] and [[do]].
#include <utility>

#include "sim/scenario_parse_reading.hpp"
#include "sim/scenario_parse_step.hpp"

namespace sim::parse {
namespace {

class StimulusReader {
public:
    explicit StimulusReader(Reading& reading) : reading_(reading) {}

    void read(const Found& f) {
        const Table t = reading_.table(f);
        Stimulus s;
        s.position = f.position;
        s.when = read_when(reading_, t);
        switch (f.section) {
            case Section::post: read_post(t, s); break;
            case Section::set: read_set(t, s); break;
            case Section::close:
                s.step.kind = Step::Kind::close;
                s.step.port = reading_.ports.of(reading_.problems(), t, "this close");
                break;
            default:
                if (!read_do(t, s)) return;
        }
        if (s.step.kind == Step::Kind::post) count_posts(s, t.value_place("count"));
        reading_.scenario.stimuli.push_back(std::move(s));
    }

private:
    void read_post(const Table& t, Stimulus& s) {
        s.step.kind = Step::Kind::post;
        s.step.port = reading_.ports.of(reading_.problems(), t, "this post");
        s.step.key = static_cast<Key>(t.integer("key", 0));
        s.step.bytes = t.number("bytes");
    }

    void read_set(const Table& t, Stimulus& s) {
        s.step.kind = Step::Kind::set;
        if (const Value* event = t.get("event")) {
            s.step.event = reading_.events.use(reading_.problems(), event->text,
                                               EventNames::Use::set, t.value_place("event"));
        }
    }

    bool read_do(const Table& t, Stimulus& s) {
        const Value* step = t.get("step");
        if (!step) return false;
        const auto read = read_outside_step(reading_, *step->node);
        if (!read) return false;
        s.step = *read;
        return true;
    }

    void count_posts(const Stimulus& s, const Place& place) {
        constexpr auto most = static_cast<std::uint64_t>(kMaxPosts);
        const auto before = posts_;
        posts_ += s.when.count * s.step.count;  // each at most kMaxPosts
        if (before <= most && posts_ > most) {
            reading_.problems().add(ErrorCode::too_many, place,
                                    "these make " + with_commas(static_cast<std::int64_t>(posts_)) +
                                        " packets in all; the limit is " + with_commas(kMaxPosts));
        }
        posts_ = std::min(posts_, most + 1);
    }

    Reading& reading_;
    std::uint64_t posts_ = 0;
};

}  // namespace

void read_stimuli(Reading& reading) {
    StimulusReader reader(reading);
    for (const Found& f : reading.sections.many) {
        if (f.section == Section::post || f.section == Section::set ||
            f.section == Section::close || f.section == Section::act)
            reader.read(f);
    }
}

}  // namespace sim::parse
