package org.flatgaze.runtime.loop;

import java.util.List;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.AcceleratorProvider;
import org.flatgaze.accel.Accelerators;
import org.flatgaze.accel.fallback.FallbackAccelerator;
import org.flatgaze.pipeline.models.Int8Models;

/**
 * Opens a backend as the pipeline needs it: 8-bit machines get quantised networks, those that can be lost a spare on our own
 * kernels, which compute the same 8-bit numbers bit by bit.
 */
public final class Backends {

    /** Ids that a run may choose from; the first is the default. */
    public static final List<String> IDS =
            List.of("onnx", "onnx-int8", "cpu", "cpu-scalar", "cpu-vector", "emulator", "device");

    private static final String SPARE = "cpu";
    private static final long ASK_MILLIS = 200;

    private Backends() {}

    /**
     * Opens a backend.
     *
     * @param int8 where the 8-bit forms of the networks come from
     * @throws AcceleratorException if there is none of this id, or it cannot be used here; says why
     */
    public static Accelerator open(String id, Int8Models int8, BackendListener listener) {
        AcceleratorProvider provider = provider(id);
        return asModelsNeed(provider, open(provider, listener), int8);
    }

    /**
     * Opens a backend on which one model can stop half-way; where the backend cannot, our own kernels run that model.
     *
     * @param yielding id of the model
     * @param int8 where the 8-bit forms of the networks come from
     * @throws AcceleratorException as {@link #open(String, Int8Models, BackendListener)} does
     */
    public static Accelerator openYielding(String id, String yielding, Int8Models int8, BackendListener listener) {
        AcceleratorProvider provider = provider(id);
        Accelerator accelerator = open(provider, listener);
        if (!provider.canYield()) {
            listener.onNote("accelerator " + id + " cannot stop half-way: " + yielding + " runs on " + SPARE);
            accelerator = new DividedAccelerator(
                    accelerator, yielding, Accelerators.byId(SPARE).open());
        }
        return asModelsNeed(provider, accelerator, int8);
    }

    private static AcceleratorProvider provider(String id) {
        try {
            return Accelerators.byId(id);
        } catch (IllegalArgumentException e) {
            throw new AcceleratorException(e.getMessage(), e);
        }
    }

    private static Accelerator open(AcceleratorProvider provider, BackendListener listener) {
        AcceleratorProvider.Probe probe = provider.probe();
        if (!probe.usable()) {
            throw new AcceleratorException("accelerator " + provider.id() + " cannot be used: " + probe.detail());
        }
        Accelerator accelerator = provider.open();
        if (provider.mayVanish()) {
            listener.onNote("accelerator " + provider.id() + ": " + probe.detail());
            accelerator = new FallbackAccelerator(
                    accelerator, Accelerators.byId(SPARE).open(), listener, ASK_MILLIS);
        }
        return accelerator;
    }

    private static Accelerator asModelsNeed(AcceleratorProvider provider, Accelerator accelerator, Int8Models int8) {
        return provider.isInt8() ? new Int8Accelerator(accelerator, int8) : accelerator;
    }
}
