package org.flatgaze.accel.cpu;

import java.util.List;

/** Several kernels as one: the groups of a grouped convolution, the sources of a concatenation. */
final class Sequence implements Kernel {

    private final Kernel[] kernels;

    Sequence(List<Kernel> kernels) {
        this.kernels = kernels.toArray(Kernel[]::new);
    }

    @Override
    public int parts() {
        return Math.max(1, kernels.length);
    }

    @Override
    public void run(int part) {
        if (part < kernels.length) {
            Kernel kernel = kernels[part];
            for (int p = 0; p < kernel.parts(); p++) {
                kernel.run(p);
            }
        }
    }
}
