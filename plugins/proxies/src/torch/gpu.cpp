// What libtorch offers for GPUs in C++ alone, with the face of C. No exception leaves: a failure is its text, which the
// caller frees.

#include <ATen/Context.h>
#include <c10/core/AutogradState.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <cstring>
#include <exception>
#include <optional>

namespace {

template <typename Act>
char* told(Act act) {
  try {
    act();
    return nullptr;
  } catch (const std::exception& error) {
    return strdup(error.what());
  } catch (...) {
    return strdup("libtorch failed without a reason");
  }
}

c10::AutogradState& autograd() {
  return c10::AutogradState::get_tls_state();
}

// The stream of this thread on a device. It is kept: memory that is freed serves the stream that it was allocated on.
c10::Stream own_stream(c10::Device device) {
  static thread_local std::optional<c10::Stream> own;
  if (!own || own->device() != device) {
    own = c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device);
  }
  return *own;
}

struct Entered {
  explicit Entered(c10::Stream stream)
      : guard(stream), multithreading(autograd().get_multithreading_enabled()) {
    // libtorch has one thread for the backward passes of a device: rows would wait for each other there.
    autograd().set_multithreading_enabled(false);
  }
  ~Entered() {
    autograd().set_multithreading_enabled(multithreading);
  }

  c10::StreamGuard guard;
  bool multithreading;
};

} // namespace

extern "C" {

// Single precision is single precision, and a kernel is the same each time.
char* proxies_gpu_settle() {
  return told([] {
    auto& context = at::globalContext();
    context.setAllowTF32CuDNN(false);
    context.setAllowTF32CuBLAS(false);
    context.setDeterministicCuDNN(true);
    context.setBenchmarkCuDNN(false);
  });
}

// Gives back the memory that is kept for later and holds nothing.
char* proxies_gpu_release() {
  return told([] { c10::getDeviceAllocator(c10::DeviceType::CUDA)->emptyCache(); });
}

// Has this thread work on a stream of its own of this GPU, backward passes included, until `proxies_gpu_leave`.
char* proxies_gpu_enter(int device, void** entered) {
  return told([&] {
    const c10::Device gpu(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(device));
    *entered = new Entered(own_stream(gpu));
  });
}

// What was before holds again. On the thread that entered.
void proxies_gpu_leave(void* entered) {
  delete static_cast<Entered*>(entered);
}
}
