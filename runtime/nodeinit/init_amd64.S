# Pid 1 of a node, for x86-64 Linux. It holds the node's process namespace
# open and costs 12 kB: no runtime, no library, no signal handler, so that no
# signal from inside the namespace can end it. It keeps what it was started
# with open, and so serves to hold other namespaces too.
#
#   argc > 1:
#       mount("proc", argv[1], "proc", MS_NOSUID|MS_NODEV|MS_NOEXEC, NULL)
#   argc > 2:
#       fd = open("/proc/sys/kernel/pid_max", O_WRONLY)
#       write(fd, argv[2], strlen(argv[2]))     before Linux 6.14 it is not ours
#       close(fd)
#   sigaction(SIGCHLD, SIG_IGN)     the kernel reaps orphans by itself
#   write(3, &errno_of_mount, 1)    ready; 0 is success
#   close(3)
#   for (;;) pause()
#
# Assembled by "go generate" into init_amd64.bin.
.globl _start
.text
_start:
	xor %ebx, %ebx
	cmpq $1, (%rsp)			# argc
	jbe 1f
	lea proc(%rip), %rdi
	mov 16(%rsp), %rsi		# argv[1]
	lea proc(%rip), %rdx
	mov $14, %r10d
	xor %r8d, %r8d
	mov $165, %eax			# mount
	syscall
	mov %eax, %ebx
	cmpq $2, (%rsp)			# argc
	jbe 1f
	lea limit(%rip), %rdi
	mov $1, %esi			# O_WRONLY
	xor %edx, %edx
	mov $2, %eax			# open
	syscall
	test %eax, %eax
	js 1f
	mov %eax, %edi
	mov 24(%rsp), %rsi		# argv[2]
	xor %edx, %edx
3:	cmpb $0, (%rsi,%rdx)
	je 4f
	inc %rdx
	jmp 3b
4:	mov $1, %eax			# write
	syscall
	mov $3, %eax			# close
	syscall
1:	sub $64, %rsp			# struct sigaction: handler, flags, restorer, mask
	movq $1, (%rsp)			# SIG_IGN
	movq $0, 8(%rsp)
	movq $0, 16(%rsp)
	movq $0, 24(%rsp)
	mov $17, %edi			# SIGCHLD
	mov %rsp, %rsi
	xor %edx, %edx
	mov $8, %r10d
	mov $13, %eax			# rt_sigaction
	syscall
	neg %ebx
	mov %bl, (%rsp)
	mov $3, %edi
	mov %rsp, %rsi
	mov $1, %edx
	mov $1, %eax			# write
	syscall
	mov $3, %edi
	mov $3, %eax			# close
	syscall
2:	mov $34, %eax			# pause
	syscall
	jmp 2b

proc:	.asciz "proc"
limit:	.asciz "/proc/sys/kernel/pid_max"
