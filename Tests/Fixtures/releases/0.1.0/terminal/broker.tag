gridcall-tag 1
epoch 1
seq 39
mac 0bba1c9711e4d618cd3fdab0ac09480b
endpoint ipc:///tmp/gridcall-record-yfis_7wl/broker
