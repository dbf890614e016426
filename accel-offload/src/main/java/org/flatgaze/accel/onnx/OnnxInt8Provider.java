package org.flatgaze.accel.onnx;

import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.AcceleratorProvider;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.emulator.FusableForm;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxExport;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.accel.graph.RealForm;

/**
 * ONNX Runtime on the CPU in 8 bits, id {@code "onnx-int8"}.
 *
 * <p>Where the processor has fast integer products every network runs in its {@link FusableForm}. Elsewhere one that has to be
 * changed for that would be slower than float32, and runs in float32 with its 8-bit weights; the others run in integers
 * with weights of half the size, so that x86 computes the same sums at full speed.
 */
public final class OnnxInt8Provider implements AcceleratorProvider {

    private static final String ID = "onnx-int8";

    private final OnnxProvider onnx = new OnnxProvider();

    @Override
    public String id() {
        return ID;
    }

    @Override
    public boolean isInt8() {
        return true;
    }

    @Override
    public Probe probe() {
        return onnx.probe();
    }

    @Override
    public Accelerator open() {
        return new InEightBits(onnx.open());
    }

    /** Writes the integer graph as a file that the library fuses into integer kernels. */
    private static final class InEightBits implements Accelerator {

        private final Accelerator library;

        InEightBits(Accelerator library) {
            this.library = library;
        }

        @Override
        public String id() {
            return ID;
        }

        @Override
        public Program compile(ModelSource model, CompileOptions options) {
            LayerGraph graph = OnnxImport.read(model);
            return library.compile(new ModelSource(model.name(), file(graph)), options);
        }

        private static byte[] file(LayerGraph graph) {
            if (IntegerProducts.areFast()) {
                return OnnxExport.write(FusableForm.of(graph));
            }
            return FusableForm.isFusable(graph) ? OnnxExport.writeHalved(graph) : OnnxExport.write(RealForm.of(graph));
        }

        @Override
        public void close() {
            library.close();
        }
    }
}
