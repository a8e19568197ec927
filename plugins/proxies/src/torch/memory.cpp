// The memory of large tensors of the processor, kept by size. One network after another asks for the same sizes. A general
// allocator splits and joins blocks meanwhile, and would hold twice what is in use.

#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace {

// Blocks from this size on are kept, each for its size rounded up to a multiple of this one.
constexpr size_t kLeast = 1 << 18;

class Blocks final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    void* data = bytes < kLeast ? c10::alloc_cpu(bytes) : take((bytes + kLeast - 1) / kLeast * kLeast);
    return {data, data, &Blocks::give_back, c10::Device(c10::DeviceType::CPU)};
  }

  // libtorch's convolutions take memory without a tensor.
  c10::DeleterFnPtr raw_deleter() const override {
    return &Blocks::give_back;
  }

  void copy_data(void* to, const void* from, size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }

  // Gives what is kept to the system.
  void release() {
    std::lock_guard<std::mutex> lock(mutex_);
    shrink(0);
    most_used_ = used_;
  }

  static Blocks& all() {
    // Never destroyed: tensors may outlive everything else.
    static Blocks* blocks = new Blocks;
    return *blocks;
  }

 private:
  void* take(size_t size) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      auto found = kept_.find(size);
      if (found != kept_.end()) {
        use(size);
        return pop(found);
      }
      // Where networks have many sizes, what is kept for some is not much more than was in use at once.
      const size_t most = std::max(most_used_, used_ + size);
      shrink(most + most / 4 - used_ - size);
    }
    void* block = nullptr;
    try {
      block = c10::alloc_cpu(size);
    } catch (const std::exception&) {
      // What is kept for other sizes may be what lacks.
      std::lock_guard<std::mutex> lock(mutex_);
      shrink(0);
      block = c10::alloc_cpu(size);
    }
    std::lock_guard<std::mutex> lock(mutex_);
    sizes_[block] = size;
    use(size);
    return block;
  }

  // Under the lock.
  void use(size_t size) {
    used_ += size;
    most_used_ = std::max(most_used_, used_);
  }

  // A kept block, which is kept no longer. Under the lock.
  void* pop(std::map<size_t, std::vector<void*>>::iterator found) {
    void* block = found->second.back();
    found->second.pop_back();
    kept_bytes_ -= found->first;
    if (found->second.empty()) {
      kept_.erase(found);
    }
    return block;
  }

  // Gives the largest kept blocks to the system until no more bytes are kept than these. Under the lock.
  void shrink(size_t bytes) {
    while (kept_bytes_ > bytes) {
      void* block = pop(std::prev(kept_.end()));
      sizes_.erase(block);
      c10::free_cpu(block);
    }
  }

  static void give_back(void* block) {
    auto& blocks = all();
    {
      std::lock_guard<std::mutex> lock(blocks.mutex_);
      auto found = blocks.sizes_.find(block);
      if (found != blocks.sizes_.end()) {
        blocks.kept_[found->second].push_back(block);
        blocks.kept_bytes_ += found->second;
        blocks.used_ -= found->second;
        return;
      }
    }
    c10::free_cpu(block);
  }

  std::mutex mutex_;
  // Blocks that hold nothing, by size; none of these lists is empty.
  std::map<size_t, std::vector<void*>> kept_;
  size_t kept_bytes_ = 0;
  // Bytes of blocks that hold something, and the most of them so far.
  size_t used_ = 0;
  size_t most_used_ = 0;
  // The size of each block, in use or not.
  std::unordered_map<void*, size_t> sizes_;
};

} // namespace

extern "C" {

// From now on large tensors take their memory here.
void proxies_memory_keep() {
  c10::SetCPUAllocator(&Blocks::all());
}

// Gives what is kept to the system.
void proxies_memory_release() {
  Blocks::all().release();
}
}
