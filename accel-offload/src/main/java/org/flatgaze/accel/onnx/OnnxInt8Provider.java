package org.flatgaze.accel.onnx;

import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.AcceleratorProvider;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxExport;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.accel.graph.RealForm;
import org.flatgaze.accel.graph.Tensor;

/**
 * ONNX Runtime on the CPU in 8 bits, id {@code "onnx-int8"}: networks whose tensors have one scale each, with weights of
 * half the size, so that every processor computes the same sums at full speed. A network with joined tensors of several scales
 * runs in float32 with its 8-bit weights, since the library has no integer kernels for its convolutions.
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
            boolean inIntegers = graph.tensors().stream()
                    .map(Tensor::quant)
                    .noneMatch(quant -> quant != null && quant.isPerChannel());
            byte[] file = inIntegers ? OnnxExport.writeHalved(graph) : OnnxExport.write(RealForm.of(graph));
            return library.compile(new ModelSource(model.name(), file), options);
        }

        @Override
        public void close() {
            library.close();
        }
    }
}
