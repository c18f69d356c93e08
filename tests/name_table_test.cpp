// Every text is found under its own number, whatever shares its slot, and no other text is.
#include "sim/name_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sim/random.hpp"

namespace {

sim::NameTable table_of(const std::vector<std::string>& texts) {
    return sim::NameTable(std::vector<std::string_view>(texts.begin(), texts.end()));
}

}  // namespace

TEST_CASE("a table without names knows none") {
    CHECK(sim::NameTable().find("") == sim::NameTable::kUnknown);
    CHECK(sim::NameTable().find("T1") == sim::NameTable::kUnknown);
}

TEST_CASE("texts of every length are told from their neighbours") {
    std::vector<std::string> texts{""};
    for (std::size_t length = 1; length <= 40; ++length) {
        texts.emplace_back(length, 'a');
        for (std::size_t at = 0; at < length; ++at) {
            texts.emplace_back(length, 'a');
            texts.back()[at] = 'b';
        }
    }
    const sim::NameTable table = table_of(texts);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        CAPTURE(texts[i]);
        CHECK(table.find(texts[i]) == i);
        CHECK(table.find(texts[i] + "c") == sim::NameTable::kUnknown);
        if (texts[i].empty()) continue;
        std::string other = texts[i];
        for (char& c : other) {
            const char kept = c;
            c = '\xC3';
            CHECK(table.find(other) == sim::NameTable::kUnknown);
            c = kept;
        }
    }
}

TEST_CASE("of equal texts the first counts") {
    const std::vector<std::string> texts{"P", "Q", "P"};
    CHECK(table_of(texts).find("P") == 0);
}

TEST_CASE("a hundred thousand names, more than there are slots, are all found") {
    std::vector<std::string> texts;
    for (int i = 0; i < 100'000; ++i) texts.push_back("worker" + std::to_string(i));
    const sim::NameTable table = table_of(texts);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) wrong += table.find(texts[i]) != i ? 1 : 0;
    CHECK(wrong == 0);
    CHECK(table.find("worker100000") == sim::NameTable::kUnknown);
}

TEST_CASE("long names that differ only in the middle share a slot and are told apart") {
    std::vector<std::string> texts;
    for (int i = 0; i < 3'000; ++i)
        texts.push_back("the same start " + std::to_string(10'000 + i) + " and the same end");
    const sim::NameTable table = table_of(texts);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) wrong += table.find(texts[i]) != i ? 1 : 0;
    CHECK(wrong == 0);
    CHECK(table.find("the same start 99999 and the same end") == sim::NameTable::kUnknown);
}

TEST_CASE("random short texts are found when they are there, and only then") {
    sim::Random random(11);
    const auto word = [&] {
        std::string text(random.below(5), ' ');
        for (char& c : text) c = static_cast<char>(random.below(256));
        return text;
    };
    std::vector<std::string> texts;
    for (int i = 0; i < 2'000; ++i) texts.push_back(word());
    const sim::NameTable table = table_of(texts);
    for (int i = 0; i < 20'000; ++i) {
        const std::string text = word();
        const std::uint32_t found = table.find(text);
        const auto first = std::find(texts.begin(), texts.end(), text);
        const auto expected = first == texts.end()
                                  ? sim::NameTable::kUnknown
                                  : static_cast<std::uint32_t>(first - texts.begin());
        REQUIRE(found == expected);
    }
}
