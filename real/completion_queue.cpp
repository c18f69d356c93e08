#include "real/completion_queue.hpp"

#include <new>
#include <utility>

namespace real {

bool CompletionQueue::append_segment() {
    std::unique_ptr<Segment> segment = std::move(spare_);
    if (segment == nullptr) segment.reset(new (std::nothrow) Segment);
    if (segment == nullptr) return false;
    Segment* const added = segment.get();
    if (head_ == nullptr) {
        head_ = std::move(segment);
        head_used_ = 0;
    } else {
        tail_->next = std::move(segment);
    }
    tail_ = added;
    tail_used_ = 0;
    return true;
}

void CompletionQueue::drop_segment() {
    if (size_ == 0) {
        // The only segment: start at its beginning again, so that a short queue stays in the
        // same cache lines.
        head_used_ = 0;
        tail_used_ = 0;
        return;
    }
    std::unique_ptr<Segment> emptied = std::move(head_);
    head_ = std::move(emptied->next);
    head_used_ = 0;
    if (spare_ == nullptr) spare_ = std::move(emptied);
}

void CompletionQueue::clear() {
    // One by one: the destructor of a long chain would recurse.
    while (head_ != nullptr) head_ = std::move(head_->next);
    tail_ = nullptr;
    head_used_ = 0;
    tail_used_ = 0;
    size_ = 0;
    spare_.reset();
}

}  // namespace real
