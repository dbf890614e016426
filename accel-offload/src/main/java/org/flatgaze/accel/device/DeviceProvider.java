package org.flatgaze.accel.device;

import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.AcceleratorProvider;
import org.flatgaze.accel.cpu.CpuAccelerator;
import org.flatgaze.accel.cpu.CpuProvider;

/**
 * Id {@code "device"}: the accelerator that the system property {@value #PROPERTY} names; without it, a simulated one in this
 * process.
 *
 * <p>{@code uio:/dev/uio0} for mapped registers, {@code tcp:host:port} for a {@link DeviceServer}. A bus that needs an object
 * of the board's, such as SPI, is opened by hand: {@link SpiRegisterBus}.
 */
public final class DeviceProvider implements AcceleratorProvider {

    /** System property with the address of a device. */
    public static final String PROPERTY = "flatgaze.device";

    @Override
    public String id() {
        return DeviceAccelerator.ID;
    }

    @Override
    public boolean isInt8() {
        return true;
    }

    @Override
    public boolean mayVanish() {
        return true;
    }

    @Override
    public Probe probe() {
        String address = System.getProperty(PROPERTY);
        if (address == null) {
            return new Probe(
                    true,
                    "loopback: a simulated device in this process, registers " + RegisterMap.MAJOR + "."
                            + RegisterMap.MINOR + "; set -D" + PROPERTY + "=uio:/dev/uio0 for hardware");
        }
        try (Opened device = new Opened(open())) {
            DeviceFacts facts = device.accelerator().driver().facts();
            return new Probe(
                    true,
                    device.accelerator().driver().description() + ", registers " + facts.major() + "." + facts.minor()
                            + ", " + facts.memoryBytes() / (1 << 20) + " MB");
        } catch (AcceleratorException e) {
            return new Probe(false, e.getMessage());
        }
    }

    /** Closes a device that was only looked at. */
    private record Opened(DeviceAccelerator accelerator) implements AutoCloseable {
        @Override
        public void close() {
            accelerator.close();
        }
    }

    @Override
    public DeviceAccelerator open() {
        return new DeviceAccelerator(DeviceDriver.open(bus(), DeviceLimits.LIVE, DeviceClock.SYSTEM));
    }

    private static RegisterBus bus() {
        String address = System.getProperty(PROPERTY);
        if (address == null) {
            // Vector kernels where this JVM runs them well: bit-equal to the interpreter, and fast enough for live
            // frames.
            CpuAccelerator kernels = new CpuProvider().open();
            return new LoopbackBus(SimulatedDevice.of(kernels::compile));
        }
        try {
            if (address.startsWith("uio:")) {
                return UioRegisterBus.open(java.nio.file.Path.of(address.substring(4)));
            }
            if (address.startsWith("tcp:")) {
                return SocketBus.of(address.substring(4));
            }
        } catch (BusException e) {
            throw new AcceleratorException("backend device is not usable: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new AcceleratorException(PROPERTY + "=" + address + ": " + e.getMessage(), e);
        }
        throw new AcceleratorException(PROPERTY + "=" + address + ": expected uio:/dev/uioN or tcp:host:port");
    }
}
